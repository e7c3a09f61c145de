/** Removing, renaming and copying, and the loop that serves requests: the end of the Python program. */
export const PYTHON_MOVES = String.raw`
MAX_DEPTH = 64

def remove(ask):
    place = ask.place(follow=False)
    if not place.rest:
        raise Refused('kind')
    place.guard(deep='r' in ask.flags)
    if place.found is None:
        if 'f' in ask.flags:
            return []
        raise Refused('missing')
    try:
        if not stat.S_ISDIR(place.found.st_mode):
            os.unlink(place.name, dir_fd=place.directory)
        elif 'r' in ask.flags:
            remove_tree(place.directory, place.name)
        else:
            os.rmdir(place.name, dir_fd=place.directory)
    except FileNotFoundError:
        if 'f' not in ask.flags:
            raise
    return []

def remove_tree(top, name):
    """Deep trees are cut: what lies too deep for open directories is moved up and removed next."""
    names = [name]
    while names:
        empty(top, names.pop(), (names, top), 0)

def empty(directory, name, cut, depth):
    try:
        fd = os.open(name, LIST, dir_fd=directory)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        os.unlink(name, dir_fd=directory)
        return
    try:
        for child in map(os.fsencode, os.listdir(fd)):
            remove_child(fd, child, cut, depth)
    finally:
        os.close(fd)
    os.rmdir(name, dir_fd=directory)

def remove_child(fd, child, cut, depth):
    names, top = cut
    try:
        if not stat.S_ISDIR(os.lstat(child, dir_fd=fd).st_mode):
            os.unlink(child, dir_fd=fd)
        elif depth < MAX_DEPTH:
            empty(fd, child, cut, depth + 1)
        else:
            aside = b'.clamshell-' + os.urandom(12).hex().encode() + b'.tmp'
            os.rename(child, aside, src_dir_fd=fd, dst_dir_fd=top)
            names.append(aside)
    except FileNotFoundError:
        pass

def rename(ask):
    source, goal = ask.place(follow=False), ask.other(follow=False)
    for place in (source, goal):
        if not place.rest:
            raise Refused('kind')
        place.guard(deep=True)
    moved = source.stat()
    from_path, to_path = source.full(), goal.full()
    if from_path == to_path:
        return []
    if to_path.startswith(from_path + b'/'):
        raise Refused('kind')
    goal.prepare('p' in ask.flags)
    hit = goal.found
    if hit is not None and (stat.S_ISDIR(moved.st_mode) or not stat.S_ISREG(hit.st_mode)):
        raise Refused('exists')
    try:
        os.rename(source.name, goal.name, src_dir_fd=source.directory, dst_dir_fd=goal.directory)
        # Two names of one file stay both, says POSIX.
        if hit is not None and os.path.samestat(hit, moved):
            os.unlink(source.name, dir_fd=source.directory)
    except OSError as error:
        if error.errno != errno.EXDEV or not stat.S_ISREG(moved.st_mode):
            raise
        move_content(source, goal)
    return []

def move_content(source, goal):
    fd = source.open_file()
    try:
        found = os.fstat(fd)
        def fill(out):
            copy_content(fd, out)
            os.utime(out, ns=(found.st_atime_ns, found.st_mtime_ns))
        replace(goal, fill, found.st_mode & 0o777)
    finally:
        os.close(fd)
    os.unlink(source.name, dir_fd=source.directory)

def copy(ask):
    source, goal = ask.place(), ask.other()
    goal.guard()
    fd = source.open_file()
    try:
        if source.full() == goal.full():
            return []
        goal.prepare('p' in ask.flags)
        replace(goal, lambda out: copy_content(fd, out), os.fstat(fd).st_mode & 0o777)
    finally:
        os.close(fd)
    return []

def copy_content(fd, out):
    while True:
        piece = os.read(fd, CHUNK)
        if not piece:
            return
        write_all(out, piece)

class Ask:
    """One request: operation, flags, numbers, two places of root, closed, path and pin, and content."""

    def __init__(self, fields):
        self.do, flags, numbers = fields[0].decode(), fields[1], fields[2]
        self.flags, self.numbers = flags.decode(), [int(n) for n in numbers.split()]
        self.first, self.second, self.content = fields[3:7], fields[7:11], fields[11]
        self.places = []

    def place(self, follow=True):
        return self.open(self.first, follow)

    def other(self, follow=True):
        return self.open(self.second, follow)

    def open(self, fields, follow):
        root, closed, path, pin = fields
        place = Place(root, closed.split(b'//')[1:], path, pin, follow)
        self.places.append(place)
        return place

OPERATIONS = {
    'hello': lambda ask: [b'python3'],
    'canonical': canonical, 'lstat': lstat, 'stat': stat_, 'read': read, 'list': list_, 'walk': walk,
    'search': search, 'checksum': checksum,
    'write': write, 'create': create, 'append': append, 'mkdir': mkdir,
    'remove': remove, 'rename': rename, 'copy': copy,
}

WORDS = {
    errno.ENOENT: 'missing', errno.EEXIST: 'exists', errno.ENOTEMPTY: 'not-empty', errno.ENOTDIR: 'kind',
    errno.EISDIR: 'kind', errno.EINVAL: 'kind', errno.ENXIO: 'kind', errno.ELOOP: 'escapes', errno.EACCES: 'access',
    errno.EPERM: 'access', errno.EROFS: 'access', errno.ENAMETOOLONG: 'name', errno.EILSEQ: 'name',
}

def send_frame(fields, more=()):
    sizes = [len(field) for field in fields] + list(more)
    OUT.write(b' '.join(b'%d' % size for size in sizes) + b'\n' + b''.join(fields))

def serve(ask):
    try:
        fields = OPERATIONS[ask.do](ask)
        if fields is not None:
            send_frame([b'ok'] + fields)
    except Refused as refused:
        word, *detail = refused.args
        send_frame([b'no', word.encode(), detail[0] if detail else b''])
    except OSError as error:
        word = WORDS.get(error.errno, 'io')
        send_frame([b'no', word.encode(), os.fsencode(os.strerror(error.errno or 0))])
    finally:
        for place in ask.places:
            place.close()

IN, OUT = sys.stdin.buffer, sys.stdout.buffer

def requests():
    """Whole ones: where the link breaks, the input ends early, and a part of a request is none."""
    for line in IN:
        sizes = [int(size) for size in line.split()]
        fields = [IN.read(size) for size in sizes]
        if not line.endswith(b'\n') or [len(field) for field in fields] != sizes:
            return
        yield Ask(fields)

for ask in requests():
    serve(ask)
    if '+' not in ask.flags:
        OUT.flush()
`;
