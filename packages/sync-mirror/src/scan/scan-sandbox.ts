import { SCAN_PROGRAM } from '../programs/scan.ts';
import { callForText, type Remote } from '../remote/call-program.ts';
import { parseScan, type SandboxScan } from './parse-scan.ts';

/** A tree at work may never hold still; then what is missing is taken for unknown. */
const MAX_SCANS = 3;

/** Lists the sandbox's root in one round trip; again where entries vanished meanwhile. */
export async function scanSandbox(remote: Remote): Promise<SandboxScan> {
  for (let count = 1; ; count += 1) {
    const scan = parseScan(await callForText(remote, { program: SCAN_PROGRAM }));
    if (scan.root !== 'directory' || !scan.scan.isTorn || count === MAX_SCANS) return scan;
  }
}
