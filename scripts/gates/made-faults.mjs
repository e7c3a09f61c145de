/** Sources that changed without the files that are made from them. @type {readonly import('./faults.mjs').Fault[]} */
export const MADE_FAULTS = [
  {
    name: 'a setting that the schema lacks',
    gate: 'generated',
    says: ['packages/core/schema/clamshell.schema.json', 'apps/openclaw-plugin/openclaw.plugin.json'],
    files: {
      'packages/core/src/config/written-schema.ts': (text) =>
        text.replace("gpu: flag('gpu')", "gpus: flag('gpus')"),
    },
  },
  {
    name: 'an error code that the table lacks',
    gate: 'generated',
    says: ['docs/errors.md'],
    files: {
      'packages/core/src/errors/codes.ts': (text) =>
        text.replace('= {', "= {\n  PLANTED: { retry: 'never', hint: 'Take it out again.' },"),
    },
  },
  {
    name: 'an interface that nobody reviewed',
    gate: 'api',
    says: ['etc/host.api.md is out of date'],
    files: { 'packages/host/src/index.ts': (text) => `${text}\nexport const planted = 1;\n` },
  },
  {
    name: 'a type that is not exported',
    gate: 'api',
    says: ['ae-forgotten-export', '"Planted"'],
    files: {
      'packages/host/src/index.ts': (text) =>
        `${text}\ninterface Planted {}\nexport const planted: Planted = {};\n`,
    },
  },
];
