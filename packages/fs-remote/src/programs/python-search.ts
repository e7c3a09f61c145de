/** Checksums, and searching: the files are found and opened here, and `grep` is given their descriptors, never a name. */
export const PYTHON_SEARCH = String.raw`
FILES_AT_ONCE = 64
TEXT_BYTES = 2000

def search(ask):
    """Matches as 'PATH NUL LINE NUL TEXT NUL', and an empty one for the end."""
    import subprocess
    most, = ask.numbers
    pattern = ask.content
    def grep(fds, arguments):
        command = [b'grep', b'-nEH', b'-m', b'%d' % most, b'-e', pattern, b'--'] + arguments
        return subprocess.run(
            command, env={**os.environ, 'LC_ALL': 'C'}, pass_fds=fds,
            input=b'\n', stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    place = ask.place()
    fd = place.open_directory()
    found = []
    try:
        # An expression is only looked at once there is a line.
        if grep([], [b'-']).returncode > 1:
            raise Refused('pattern')
        for batch in batches(text_files(fd, b''), FILES_AT_ONCE):
            if not batch:
                break
            try:
                names = {b'/dev/fd/%d' % file: name for file, name in batch}
                found += matches(grep([file for file, _ in batch], list(names)).stdout, names)
            finally:
                for file, _ in batch:
                    os.close(file)
            if len(found) >= most:
                break
    finally:
        os.close(fd)
    return [b''.join(found[:most]) + b'\0']

def matches(lines, names):
    for line in lines.split(b'\n'):
        file, _, rest = line.partition(b':')
        number, _, text = rest.partition(b':')
        if file in names and number.isdigit():
            text = text.split(b'\0')[0][:TEXT_BYTES]
            yield names[file] + b'\0' + number + b'\0' + text + b'\0'

def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch

def text_files(fd, prefix):
    """Regular files below a directory, open; links are not entered, and what has a NUL near its start is left out."""
    for name in sorted(map(os.fsencode, os.listdir(fd))):
        try:
            seen = os.lstat(name, dir_fd=fd)
            if stat.S_ISDIR(seen.st_mode):
                below = os.open(name, LIST, dir_fd=fd)
                try:
                    yield from text_files(below, prefix + name + b'/')
                finally:
                    os.close(below)
            elif stat.S_ISREG(seen.st_mode):
                file = os.open(name, READ, dir_fd=fd)
                if stat.S_ISREG(os.fstat(file).st_mode) and b'\0' not in os.pread(file, 8192, 0):
                    yield file, prefix + name
                else:
                    os.close(file)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES):
                raise

def checksum(ask):
    import hashlib
    fd = ask.place().open_file()
    try:
        found = os.fstat(fd)
        digest = hashlib.sha256()
        while True:
            piece = os.read(fd, CHUNK)
            if not piece:
                break
            digest.update(piece)
        if entry(os.fstat(fd)) != entry(found):
            raise Refused('changed')
        return [entry(found), digest.hexdigest().encode()]
    finally:
        os.close(fd)
`;
