/** Upper bounds for every process of a sandbox: processes and threads together, descriptors, bytes of one file. */
const LIMITS = [
  { option: 'nproc', row: 'Max processes', most: 1024 },
  { option: 'nofile', row: 'Max open files', most: 16_384 },
  { option: 'fsize', row: 'Max file size', most: 16 * 1024 ** 3 },
  { option: 'core', row: 'Max core file size', most: 0 },
] as const;

/** `prlimit` arguments that only lower. `table` is the text of `/proc/self/limits`, whose hard limits can't be passed. */
export function planLimits(table: string): readonly string[] {
  return LIMITS.map(({ option, row, most }) => {
    const hard = new RegExp(`^${row} +\\S+ +(\\S+)`, 'm').exec(table)?.[1];
    const limit = hard === undefined || hard === 'unlimited' ? most : Math.min(most, Number(hard));
    return `--${option}=${limit}:${limit}`;
  });
}
