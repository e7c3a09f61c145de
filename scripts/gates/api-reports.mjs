// The public interface of each package, as a page in etc/ that a review sees change: `node scripts/gates/api-reports.mjs`
// fails where a page is not what the built types say, or where they speak of a type that is not exported. With `--write`
// the pages are written anew.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = path.resolve(import.meta.dirname, '../..');
const isWriting = process.argv.includes('--write');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'clamshell-api-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

const folders = publicPackages();
for (const folder of folders) report(folder);
for (const page of fs.readdirSync(path.join(root, 'etc'))) {
  if (folders.some((folder) => page === pageOf(folder))) continue;
  console.log(`etc/${page} speaks of no package that can be imported; remove it`);
  process.exitCode = 1;
}

/** @param {string} folder */
function report(folder) {
  const name = pageOf(folder);
  const { succeeded, apiReportChanged } = Extractor.invoke(prepare(folder, name), {
    localBuild: isWriting,
    messageCallback: (message) => {
      message.handled = true;
      // That a page differs is said below, once and in our words.
      if (message.logLevel !== 'error' && message.messageId !== 'ae-forgotten-export') return;
      console.log(`${name}: ${message.messageId}: ${message.text}`);
      process.exitCode = 1;
    },
  });
  if (isWriting || (succeeded && !apiReportChanged)) return;
  process.exitCode = 1;
  if (apiReportChanged)
    console.log(`etc/${name} is out of date; run: node scripts/gates/api-reports.mjs --write`);
}

/** @param {string} folder @param {string} name */
function prepare(folder, name) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: '<projectFolder>/dist/index.d.ts',
      compiler: { tsconfigFilePath: '<projectFolder>/tsconfig.build.json' },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: path.join(root, 'etc'),
        reportTempFolder: scratch,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // Doc comments are held to the house's style, not to TSDoc's tags.
        tsdocMessageReporting: { default: { logLevel: /** @type {never} */ ('none') } },
        extractorMessageReporting: {
          default: { logLevel: /** @type {never} */ ('none') },
          'ae-forgotten-export': { logLevel: /** @type {never} */ ('error') },
        },
      },
    },
  });
}

/** @param {string} folder */
function pageOf(folder) {
  return `${path.basename(folder)}.api.md`;
}

function publicPackages() {
  return ['packages', 'apps']
    .flatMap((group) => fs.readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)))
    .filter((folder) => {
      const manifest = path.join(folder, 'package.json');
      if (!fs.existsSync(manifest)) return false;
      const { private: isPrivate, exports } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
      return isPrivate !== true && exports?.['.']?.types !== undefined;
    });
}
