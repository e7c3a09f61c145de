import { configJsonSchema } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Core's schema, and the two keys that only a file has. */
export function configSchemaCommand(context: CommandContext): Promise<number> {
  const schema = fileSchema(configJsonSchema() as FileSchema);
  if (context.json) writeJson(context, { schema });
  else context.streams.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return Promise.resolve(0);
}

interface FileSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

function fileSchema({ properties, ...rest }: FileSchema): FileSchema {
  const profile = { type: 'object', properties, additionalProperties: false };
  return {
    ...rest,
    properties: {
      $schema: { type: 'string' },
      ...properties,
      profiles: {
        title: 'Profiles',
        description: 'Settings over those of the file, chosen by --profile; each has a sandbox of its own.',
        type: 'object',
        additionalProperties: profile,
      },
    },
  };
}
