/** What the Python program does at its places; each operation answers with the fields of its reply. */
export const PYTHON_OPERATIONS = String.raw`
CHUNK = 1 << 20

def entry(s):
    seconds, rest = divmod(s.st_mtime_ns, 10 ** 9)
    return b'%x %d %d %d.%09d' % (s.st_mode, s.st_size, s.st_nlink, seconds, rest)

def canonical(ask):
    return [ask.place().canonical()]

def lstat(ask):
    return [entry(ask.place(follow=False).stat())]

def stat_(ask):
    return [entry(ask.place().stat())]

def read(ask):
    place = ask.place()
    offset, length, most = ask.numbers
    fd = place.open_file()
    try:
        found = os.fstat(fd)
        size = max(0, found.st_size - offset)
        if 0 <= length < size:
            size = length
        if size > most:
            raise Refused('limit', b'%d' % size)
        identity = b'%d:%d' % (found.st_dev, found.st_ino)
        os.lseek(fd, offset, os.SEEK_SET)
        head = [b'ok', entry(found), place.canonical(), identity]
        send_frame(head, [size, 1])
        send_content(fd, size)
    finally:
        os.close(fd)

def send_content(fd, size):
    """Exactly the bytes that were promised, and whether they were there."""
    whole = b'1'
    while size > 0:
        try:
            piece = os.read(fd, min(size, CHUNK))
        except OSError:
            piece = b''
        if not piece:
            whole = b'0'
            piece = bytes(min(size, CHUNK))
        OUT.write(piece)
        size -= len(piece)
    OUT.write(whole)

def write(ask):
    place = ask.place()
    place.guard()
    place.prepare('p' in ask.flags)
    replace(place, lambda fd: write_all(fd, ask.content))
    return []

def write_all(fd, content):
    view = memoryview(content)
    while len(view) > 0:
        view = view[os.write(fd, view):]

def replace(place, fill, mode=None):
    """Content, whole, under the place's name: what had the name keeps its mode and, where possible, its owner."""
    old = place.target()
    fd, temporary = make_temporary(place.directory)
    try:
        try:
            if old is not None:
                adopt(fd, old)
                mode = old.st_mode & 0o777
            if mode is not None:
                os.fchmod(fd, mode)
            fill(fd)
        finally:
            os.close(fd)
        os.replace(temporary, place.name, src_dir_fd=place.directory, dst_dir_fd=place.directory)
    except BaseException:
        os.unlink(temporary, dir_fd=place.directory)
        raise

def make_temporary(directory):
    name = b'.clamshell-' + os.urandom(12).hex().encode() + b'.tmp'
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=directory), name

def adopt(fd, old):
    mine = os.fstat(fd)
    if (old.st_uid, old.st_gid) != (mine.st_uid, mine.st_gid):
        try:
            os.fchown(fd, old.st_uid, old.st_gid)
        except PermissionError:
            pass

def create(ask):
    place = ask.place(follow=False)
    place.guard()
    place.prepare('p' in ask.flags)
    if not place.rest or place.found is not None:
        raise Refused('exists')
    fd, temporary = make_temporary(place.directory)
    try:
        try:
            write_all(fd, ask.content)
        finally:
            os.close(fd)
        os.link(temporary, place.name, src_dir_fd=place.directory, dst_dir_fd=place.directory, follow_symlinks=False)
    finally:
        os.unlink(temporary, dir_fd=place.directory)
    return []

def append(ask):
    place = ask.place()
    place.guard()
    place.prepare('p' in ask.flags)
    found = place.target()
    flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    if found is None:
        flags |= os.O_CREAT | os.O_EXCL
    fd = os.open(place.name, flags, 0o666, dir_fd=place.directory)
    try:
        opened = os.fstat(fd)
        if not stat.S_ISREG(opened.st_mode):
            raise Refused('kind')
        if opened.st_nlink > 1:
            raise Refused('linked')
        try:
            write_all(fd, ask.content)
        except OSError:
            os.ftruncate(fd, opened.st_size)
            raise
    finally:
        os.close(fd)
    return []

def mkdir(ask):
    place = ask.place()
    place.guard()
    if place.rest and place.found is None:
        place.prepare(True)
        place.make()
    elif not stat.S_ISDIR(place.stat().st_mode):
        raise Refused('kind')
    return []

def list_(ask):
    place = ask.place()
    return [records(place, 1, ask.numbers[0])]

def walk(ask):
    place = ask.place()
    depth, most = ask.numbers
    return [records(place, depth, most)]

def records(place, depth, most):
    """Entries as 'ENTRY//NAME NUL', parents first, and an empty one for the end."""
    found = []
    fd = place.open_directory()
    try:
        gather(fd, b'', depth, (found, most))
    finally:
        os.close(fd)
    return b''.join(found) + b'\0'

def gather(fd, prefix, depth, into):
    found, most = into
    for name in map(os.fsencode, os.listdir(fd)):
        try:
            seen = os.lstat(name, dir_fd=fd)
            below = None
            if depth > 1 and stat.S_ISDIR(seen.st_mode):
                below = os.open(name, LIST, dir_fd=fd)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            below = None
        if len(found) >= most:
            raise Refused('limit', b'%d' % most)
        found.append(entry(seen) + b'//' + prefix + name + b'\0')
        if below is not None:
            try:
                gather(below, prefix + name + b'/', depth - 1, into)
            finally:
                os.close(below)
`;
