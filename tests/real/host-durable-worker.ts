// A process of the durability test: replaces one file by a whole other content, for ever.
import { writeFileAtomic } from '@clamshell/host';

const [file = ''] = process.argv.slice(2);
process.stdout.write('started\n');
for (let round = 0; ; round += 1) await writeFileAtomic(file, String(round % 10).repeat(200_000));
