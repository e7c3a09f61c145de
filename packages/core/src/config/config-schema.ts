import { z } from 'zod';

import { writtenSchema } from './written-schema.ts';

/** How a settings page shows one setting. */
export interface UiHint {
  readonly label: string;
  readonly help: string;
  readonly advanced?: true;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Draft 7, which editors and OpenClaw both take. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(writtenSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => void delete jsonSchema['advanced'],
  });
}

/** By the setting's dotted key. What lies below a section is for those who look for it. */
export function configUiHints(): Readonly<Record<string, UiHint>> {
  const schema = z.toJSONSchema(writtenSchema, { target: 'draft-7', io: 'input' });
  return Object.fromEntries(hintsBelow('', schema));
}

function hintsBelow(prefix: string, { properties = {} }: JsonSchema): readonly (readonly [string, UiHint])[] {
  return Object.entries(properties as Record<string, JsonSchema>).flatMap(([name, setting]) => {
    const isAdvanced = prefix !== '' || setting['advanced'] === true || setting.properties !== undefined;
    const { title: label = name, description: help = '' } = setting;
    const hint: UiHint = { label, help, ...(isAdvanced && { advanced: true }) };
    return [[`${prefix}${name}`, hint], ...hintsBelow(`${prefix}${name}.`, setting)];
  });
}
