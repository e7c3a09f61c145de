import fs from 'node:fs';
import os from 'node:os';

import { StepFailure } from './run-step.mjs';

/** Symptoms in a failed step's output or an error's code, and what helps. The first that matches is said. */
const REMEDIES = /** @type {const} */ ([
  [
    /\bENOSPC\b|no space left/i,
    'Make room: the set-up takes about 700 MB here and in the package managers’ caches.',
  ],
  [
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b|ERR_PNPM_META_FETCH|dns error|error sending request|fetch failed/i,
    'The package registry can’t be reached: connect to the network (or name a registry that can be with ' +
      '`npm config set registry URL`, and a proxy with HTTPS_PROXY) and run the same command again.',
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE|\bEUSAGE\b/,
    'A package.json and its lockfile disagree: take both from the same commit.',
  ],
  [
    /CERT|SELF_SIGNED|certificate/,
    'The registry’s certificate is not trusted: give its authority with NODE_EXTRA_CA_CERTS.',
  ],
]);

/** What failed, why, and what to do. @param {unknown} error @param {string} root */
export function explain(error, root) {
  if (error instanceof StepFailure) {
    if (error.exitCode > 128) return 'setting up was interrupted; the next call takes it up again.\n';
    return `${error.output.trimEnd()}\n${error.message}.\n${remedyOf(error.output) ?? error.remedy ?? AGAIN}\n`;
  }
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `setting up failed: ${message}.\n${ownership(root)}\n`;
  return `setting up failed: ${message}.\n${remedyOf(`${code}`) ?? AGAIN}\n`;
}

const AGAIN =
  'Run the same command again; if it fails likewise, remove node_modules, toolchain/node_modules and .setup first.';

/** @param {string} text */
function remedyOf(text) {
  return REMEDIES.find(([symptom]) => symptom.test(text))?.[1];
}

/** @param {string} root */
function ownership(root) {
  const me = os.userInfo();
  const { uid } = fs.statSync(root);
  if (uid === me.uid) return `${root} can’t be written: make it so, or work in a clone elsewhere.`;
  const whose = `another user’s (uid ${uid}; you are ${me.username}, uid ${me.uid})`;
  return `${root} is ${whose}: work in a clone of your own, or run the command once as its owner.`;
}
