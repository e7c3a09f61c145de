import { Option } from 'commander';

/** JSON is the machine's form; the tool's other two are for people, and one of them is enough here. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'output format').choices(['table', 'json']);
}
