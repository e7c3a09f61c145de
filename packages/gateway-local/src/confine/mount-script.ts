/**
 * Run as the first process of fresh namespaces, with the right to mount in them: builds the sandbox's root, makes it
 * the root, and becomes the command in `"$@"`. The process is told by its number in the host's `/proc`, before that
 * one goes. Data comes as arguments only, in the order of `confineWithUnshare`.
 *
 * Binds are restricted in one pass at the end, over every mount there is by then, for a remount does not reach the
 * mounts below; options that are found are kept, for a user namespace may not take any away.
 */
export const MOUNT_SCRIPT = `
set -eu
umask 022
root=$1 files=$2 etc=$3 lib=$4 run=$5 node=$6 name=$7 tmp_bytes=$8 shm_bytes=$9
shift 9
shared=$1 own=$2 own_paths=$3 home=$4
shift 4

read -r pid _ </proc/self/stat
printf '{ "child-pid": %s }\n' "$pid" >&5
exec 5>&-

graft() {
  mount -n --rbind "$1" "$root$2"
}

restrict() {
  case " $own_paths $home " in *" $1 "*)
    mount -n -o "remount,bind,$2,nosuid,nodev" "$root$1"
    return
  esac
  case $1 in
    /opt/clamshell/run) limits=nodev,noexec ;;
    /proc/*) limits=ro,nodev,noexec ;;
    /proc | /tmp | /dev/shm | /dev/pts) return ;;
    /dev/*) limits=noexec ;;
    *) limits=ro,nodev ;;
  esac
  mount -n -o "remount,bind,$2,nosuid,$limits" "$root$1"
}

mount -n -t tmpfs -o mode=0755,size=1m,nosuid,nodev tmpfs "$root"
cd "$root"
mkdir -p proc dev/pts dev/shm tmp sandbox etc usr opt/clamshell/bin opt/clamshell/lib opt/clamshell/run opt/clamshell/old

graft /usr /usr
for path in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$path" ]; then
    ln -s "$(readlink "/$path")" "$path"
  elif [ -d "/$path" ]; then
    mkdir "$path"
    graft "/$path" "/$path"
  fi
done
graft "$etc" /etc
for path in $shared; do
  [ ! -e "$path" ] || graft "$path" "$path"
done
graft "$files" /sandbox
index=0
for path in $own_paths; do
  mkdir -p ".$path"
  graft "$own/$index" "$path"
  index=$((index + 1))
done
graft "$lib" /opt/clamshell/lib
graft "$run" /opt/clamshell/run
: >opt/clamshell/bin/node
graft "$node" /opt/clamshell/bin/node

mount -n -t proc -o nosuid,nodev,noexec proc proc
for path in sys sysrq-trigger irq bus; do
  [ ! -e "proc/$path" ] || graft "$root/proc/$path" "/proc/$path"
done

for path in null zero full random urandom tty; do
  : >"dev/$path"
  graft "/dev/$path" "/dev/$path"
done
mount -n -t devpts -o newinstance,ptmxmode=0666,mode=0620,nosuid,noexec devpts dev/pts
[ -z "$shm_bytes" ] || mount -n -t tmpfs -o "mode=1777,size=$shm_bytes,nosuid,nodev" tmpfs dev/shm
[ -z "$tmp_bytes" ] || mount -n -t tmpfs -o "mode=1777,size=$tmp_bytes,nosuid,nodev" tmpfs tmp
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr

table=$(cat /proc/self/mountinfo)
while read -r _ _ _ _ point options _; do
  case $point in *'\\'*) point=$(printf '%b' "$point") ;; esac
  case $point in "$root"/*) restrict "\${point#"$root"}" "$options" ;; esac
done <<TABLE
$table
TABLE

# Loopback is up in any network of one's own that is worth the name. Without both programs it stays down.
ip link set lo up 2>/dev/null || perl -e '
  socket(my $socket, 2, 2, 0) or exit 1;
  my $up = pack("a16 s x22", "lo", 0x1 | 0x40);
  ioctl($socket, 0x8914, $up) or exit 1;
' 2>/dev/null || :
hostname "$name" 2>/dev/null || :

pivot_root . opt/clamshell/old
cd /
umount -n -l opt/clamshell/old
rmdir opt/clamshell/old
mount -n -o remount,bind,ro,nosuid,nodev /
cd /sandbox
exec "$@"
`;
