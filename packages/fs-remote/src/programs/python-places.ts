/**
 * How the Python program gets at a place: every component is opened, no link followed, in the directory opened before
 * it, and links are resolved here, never by the kernel. A directory that is swapped meanwhile is either entered before
 * it went or refused (hostile-input rows 25, 26, 28, 29, 31 and 52).
 */
export const PYTHON_PLACES = String.raw`
import errno, os, stat, sys

LOOK = getattr(os, 'O_PATH', 0o10000000) | os.O_DIRECTORY | os.O_NOFOLLOW
LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
MAX_LINKS = 40

class Refused(Exception):
    pass

class Place:
    """A place below a root: the directories on the way, open, and the names that are left."""

    def __init__(self, root, closed, path, pin, follow):
        self.root, self.closed = root, closed
        self.names, self.rest, self.found, self.blocked = [], [], None, False
        try:
            self.fds = [os.open(root, LOOK & ~os.O_NOFOLLOW)]
        except OSError:
            self.fds = []
            raise Refused('no-root')
        try:
            self.walk(path.split(b'/')[::-1], follow)
            if pin and pin[1:] != self.canonical():
                raise Refused('moved')
        except BaseException:
            self.close()
            raise

    def close(self):
        for fd in self.fds:
            os.close(fd)
        self.fds = []

    def walk(self, todo, follow):
        links = 0
        while todo:
            name = todo.pop()
            if name in (b'', b'.'):
                continue
            if name == b'..':
                self.leave()
                continue
            try:
                found = os.lstat(name, dir_fd=self.fds[-1])
            except FileNotFoundError:
                return self.stop(name, todo, None)
            if stat.S_ISLNK(found.st_mode) and (follow or todo):
                links += 1
                if links > MAX_LINKS:
                    raise Refused('escapes')
                todo += self.aim(os.readlink(name, dir_fd=self.fds[-1]))
            elif not todo:
                return self.stop(name, todo, found)
            elif stat.S_ISDIR(found.st_mode):
                self.enter(name)
            else:
                self.blocked = True
                return self.stop(name, todo, None)

    def leave(self):
        if not self.names:
            raise Refused('escapes')
        os.close(self.fds.pop())
        self.names.pop()

    def enter(self, name):
        try:
            self.fds.append(os.open(name, LOOK, dir_fd=self.fds[-1]))
        except NotADirectoryError:
            raise Refused('escapes')
        self.names.append(name)

    def stop(self, name, todo, found):
        self.rest = [name] + [more for more in todo[::-1] if more not in (b'', b'.')]
        if b'..' in self.rest:
            raise Refused('missing')
        self.found = found

    def aim(self, target):
        """The components of a link's target, last first."""
        if not target.startswith(b'/'):
            return target.split(b'/')[::-1]
        for root in (self.root, os.path.realpath(self.root)):
            if target == root or target.startswith(root + b'/'):
                while self.names:
                    self.leave()
                return target[len(root):].split(b'/')[::-1]
        raise Refused('escapes')

    def canonical(self):
        return b'/'.join(self.names + self.rest)

    def full(self):
        return os.path.realpath(self.root) + b'/' + self.canonical()

    @property
    def name(self):
        return self.rest[-1]

    @property
    def directory(self):
        return self.fds[-1]

    def stat(self):
        """Of what is there: 'missing' where nothing is."""
        if not self.rest:
            return os.fstat(self.directory)
        if self.found is None:
            raise Refused('missing')
        return self.found

    def guard(self, deep=False):
        """Refuses a mutation in what is closed and, when it goes deep, of what holds something closed."""
        path = self.canonical()
        for closed in self.closed:
            if path == closed or path.startswith(closed + b'/') or not closed:
                raise Refused('read-only')
            if deep and (not path or closed.startswith(path + b'/')):
                raise Refused('read-only')

    def prepare(self, parents):
        """Brings it down to one name in an existing directory."""
        if self.blocked:
            raise Refused('kind')
        if len(self.rest) > 1 and not parents:
            raise Refused('missing')
        while len(self.rest) > 1:
            self.make()

    def make(self):
        name = self.rest.pop(0)
        try:
            os.mkdir(name, dir_fd=self.directory)
        except FileExistsError:
            pass
        self.enter(name)

    def open_directory(self):
        if not stat.S_ISDIR(self.stat().st_mode):
            raise Refused('kind')
        return os.open(self.name if self.rest else b'.', LIST, dir_fd=self.directory)

    def open_file(self):
        if not stat.S_ISREG(self.stat().st_mode):
            raise Refused('kind')
        fd = os.open(self.name, READ, dir_fd=self.directory)
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return fd
        os.close(fd)
        raise Refused('kind')

    def target(self):
        """The regular file to be replaced, or None where there is none."""
        if not self.rest:
            raise Refused('kind')
        if self.found is not None and not stat.S_ISREG(self.found.st_mode):
            raise Refused('kind')
        if self.found is not None and self.found.st_nlink > 1:
            raise Refused('linked')
        return self.found
`;
