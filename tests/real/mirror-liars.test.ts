import { expect, test } from 'vitest';

import { meetLiar } from './mirror-liars.ts';

/** What the scan asks of find, and all else. */
const onScan = (lie: string): string => `case " $* " in *" -xdev "*) ${lie} ;; *) exec $real "$@" ;; esac`;
const onPull = (lie: string): string => `case " $* " in *" -c "*) ${lie} ;; *) exec $real "$@" ;; esac`;
const onPush = (lie: string): string => `case " $* " in *" -x "*) ${lie} ;; *) exec $real "$@" ;; esac`;

/** One more record: kind, size, path, target. */
const record = (kind: string, size: string, name: string, target = ''): string =>
  `printf 'e ${kind} 644 ${size} 1.5 1.5 77 %s\\0%b\\0%s\\0' "$(stat -c %d .)" '${name}' '${target}'`;
const withRecord = (...extra: Parameters<typeof record>): string => onScan(`$real "$@"; ${record(...extra)}`);

/** Programs reach `sh` as `-c PROGRAM clamshell MARK ROOT …`. */
const answering = (lie: string): string =>
  `case "$2" in *clamshell-*) mark=$4; ${lie} ;; *) exec $real "$@" ;; esac`;

const DONE = 'done';
const REFUSED = 'SYNC_REPLY_INVALID';

type Row = readonly [what: string, lies: Readonly<Record<string, string>>, end: string, isHasty?: boolean];

const ROWS: readonly Row[] = [
  ['a name that leads out', { find: withRecord('f', '1', './../canary') }, REFUSED],
  ['a name that leads out later', { find: withRecord('f', '1', './dir/../../canary') }, REFUSED],
  ['an absolute name', { find: withRecord('f', '1', '/etc/passwd') }, REFUSED],
  ['an empty name', { find: withRecord('f', '1', './') }, REFUSED],
  ['the root as a link', { find: onScan(record('l', '4', '.', '/tmp')) }, 'sandbox-root-emptied'],
  ['the mirror’s own directory', { find: withRecord('f', '1', './.clamshell/nonce') }, REFUSED],
  ['a child of nothing', { find: withRecord('f', '1', './no/where') }, REFUSED],
  ['a child of a file', { find: withRecord('f', '1', './kept/x') }, REFUSED],
  ['every entry twice', { find: onScan('$real "$@"; $real "$@"') }, REFUSED],
  [
    'a link and a child of it',
    { find: onScan(`$real "$@"; ${record('l', '1', './d', '..')}; ${record('f', '1', './d/canary')}`) },
    REFUSED,
  ],
  ['a file that nobody has', { find: withRecord('f', '1', './ghost') }, DONE],
  ['a link out that nobody has', { find: withRecord('l', '1', './ghost', '../../canary') }, DONE],
  [
    'a hook that nobody has',
    {
      find: onScan(
        `$real "$@"; ${record('d', '1', './.git/hooks')}; ${record('f', '1', './.git/hooks/post-checkout')}`,
      ),
    },
    DONE,
  ],
  ['devices and sockets', { find: withRecord('b', '1', './device') }, DONE],
  ['a file of 9 PB', { find: withRecord('f', '9000000000000000', './huge') }, 'LIMIT_EXCEEDED'],
  ['a size of 10^20', { find: withRecord('f', '99999999999999999999', './huge') }, REFUSED],
  ['a negative size', { find: withRecord('f', '-1', './huge') }, REFUSED],
  ['a false end in the middle', { find: onScan(`printf 'end 0\\0'; $real "$@"`) }, REFUSED],
  ['nothing', { find: onScan('exit 0') }, REFUSED],
  [
    'nothing but its root',
    { find: onScan('$real . -maxdepth 0 -printf "$CLAMSHELL_FORMAT"') },
    'sandbox-root-emptied',
  ],
  [
    'half of it',
    {
      find: onScan(
        `$real . -xdev -path ./.clamshell -prune -o -path './many*' -prune -o -printf "$CLAMSHELL_FORMAT"`,
      ),
    },
    'sandbox-shrunk',
  ],
  [
    'that all is unreadable',
    { find: onScan(`$real "$@"; printf 'unreadable\\0./dir\\0unreadable\\0./../x\\0'; exit 1`) },
    REFUSED,
  ],
  ['more than any reply may hold', { find: onScan('head -c 300000000 /dev/zero') }, 'LIMIT_EXCEEDED'],
  ['two hundred million empty fields', { find: onScan('head -c 200000000 /dev/zero') }, REFUSED],
  [
    'lines of stat without end',
    { find: onScan(`printf 'batch 1\\0./x\\0'; yes '' | head -c 200000000; printf '\\0'`) },
    REFUSED,
  ],
  [
    'digests that agree with whatever is asked',
    {
      sha256sum: `for each do printf '%064d  %s\\n' 0 "$each"; done; [ $# -gt 0 ] || printf '%064d  -\\n' 0`,
    },
    DONE,
  ],
  ['digests that are none', { sha256sum: 'echo 0; echo ../../x' }, REFUSED],
  ['a stat that says nothing', { stat: 'exit 1' }, DONE],
  ['a stat that goes on for ever', { stat: 'exec yes x' }, 'DEADLINE_EXCEEDED', true],

  ['an archive of another place', { tar: onPull('cd /etc && exec $real -c -f - passwd') }, DONE],
  ['an archive of names that lead out', { tar: onPull(`exec $real -P --transform 's,^,../,' "$@"`) }, DONE],
  ['an archive of absolute names', { tar: onPull('exec $real -c -P -f - "$top/canary" /etc/passwd') }, DONE],
  [
    'an archive of links in place of files',
    {
      tar: onPull(
        'cd "$(mktemp -d)" && ln -s /etc/passwd new && ln -s ../../canary edited && exec $real -c -f - new edited',
      ),
    },
    DONE,
  ],
  ['an archive of zeros without end', { tar: onPull('cat /dev/zero') }, 'LIMIT_EXCEEDED'],
  [
    'an archive without end',
    {
      tar: onPull(
        'cd .clamshell; $real -c -f - nonce | head -c 1024 >b; for i in 1 2 3 4 5 6 7 8 9 10; do cat b b >c; mv c b; done; while cat b; do :; done',
      ),
    },
    'LIMIT_EXCEEDED',
  ],
  ['a packed archive', { tar: onPull('$real "$@" | gzip') }, 'ARCHIVE_INVALID'],
  ['an archive and more behind it', { tar: onPull('$real "$@"; echo evil') }, 'ARCHIVE_INVALID'],
  ['no archive', { tar: onPull('exit 0') }, 'ARCHIVE_INVALID'],
  ['an archive, and that it failed', { tar: onPull('$real "$@"; exit 2') }, DONE],
  [
    'files that change right before they are sent',
    { tar: onPull('echo changed >>new; echo CHANGED >edited; exec $real "$@"') },
    DONE,
  ],
  [
    'files that change and hide it',
    { tar: onPull('touch -r edited t; printf THEIRS >edited; touch -r t edited; rm t; exec $real "$@"') },
    DONE,
  ],
  ['files that become links to the host', { tar: onPull('ln -sf /etc/passwd new; exec $real "$@"') }, DONE],
  ['files that become FIFOs', { tar: onPull('rm new; mkfifo new; exec $real "$@"') }, DONE],

  ['that it unpacked, and did not', { tar: onPush('cat >/dev/null') }, 'SANDBOX_UNFIT'],
  ['that it placed, and did not', { cp: 'exit 0' }, DONE],
  [
    'that it placed, and put something else',
    { cp: `$real "$@"; status=$?; [ ! -e ours ] || printf 'evil of ours' >ours; exit $status` },
    DONE,
  ],
  [
    'that it moved aside, and threw away',
    { mv: `for last do :; done; case "$last" in ./*) rm -f "$last" ;; esac` },
    DONE,
  ],
  ['that it linked, and copied', { ln: 'exec cp "$@"' }, DONE],
  ['that it placed, and throws all away', { cp: 'rm -rf "$PWD"/* "$PWD"/.[!.]*' }, DONE],

  ['noise without end', { sh: answering('exec yes noise') }, REFUSED],
  ['complaints without end', { sh: answering('exec yes noise >&2') }, 'DEADLINE_EXCEEDED', true],
  ['nothing for ever', { sh: answering('exec sleep 1000') }, 'DEADLINE_EXCEEDED', true],
  [
    'a byte now and then',
    { sh: answering(`printf '\\n%s\\n' "$mark"; while :; do printf x; sleep 0.01; done`) },
    'DEADLINE_EXCEEDED',
    true,
  ],
  ['all, and never ends', { sh: answering('$real "$@"; exec sleep 1000') }, 'DEADLINE_EXCEEDED', true],
  [
    'an old reply',
    {
      sh: answering(
        `old=$top/sandbox/.clamshell/old; [ -f $old ] || $real "$@" </dev/null | sed 's/^[0-9a-f]\\{32\\}$/00000000000000000000000000000000/' >$old; cat $old`,
      ),
    },
    REFUSED,
  ],
  [
    'the reply to another question',
    {
      sh: answering(
        `printf '\\n%s\\n' "$mark"; printf 'clamshell-push 1\\0done\\0unplaced\\0touched\\0end 0\\0'`,
      ),
    },
    REFUSED,
  ],
  ['its mark twice', { sh: answering(`printf '\\n%s\\n' "$mark"; exec $real "$@"`) }, REFUSED],
  ['that it failed, and did not', { sh: answering('$real "$@"; exit 7') }, DONE],
  ['that a signal ended it', { sh: answering('$real "$@"; kill -9 $$') }, DONE],
];

for (const requests of [false, true]) {
  const over = requests ? 'requests' : 'streams';
  for (const [index, [what, lies, end, isHasty = false]] of ROWS.entries()) {
    if ((index % 2 === 0) !== requests) continue;
    test(`a sandbox that says ${what} can do no harm, over ${over}`, { timeout: 120_000 }, async () => {
      expect(await meetLiar({ lies, requests, isHasty })).toBe(end);
    });
  }
}
