import { SCAN_PROGRAM } from '../programs/scan.ts';
import { callForText, type Remote } from '../remote/call-program.ts';
import { parseScan, type SandboxScan } from './parse-scan.ts';
import { untilWhole } from './until-whole.ts';

/** Lists the sandbox’s root in one round trip; again where entries vanished meanwhile. */
export async function scanSandbox(remote: Remote): Promise<SandboxScan> {
  const { found } = await untilWhole(async () => {
    const found = parseScan(await callForText(remote, { program: SCAN_PROGRAM }));
    return { found, isTorn: found.root === 'directory' && found.scan.isTorn };
  });
  return found;
}
