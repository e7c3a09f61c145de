/** Shell text as it is written, but that `\${` is `${`: backslashes are the shell's. */
export function shellText({ raw }: TemplateStringsArray, ...parts: readonly string[]): string {
  return raw.map((text, index) => text.replaceAll('\\${', '${') + (parts[index] ?? '')).join('');
}
