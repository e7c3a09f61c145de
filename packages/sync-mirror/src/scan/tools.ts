/** What the sandbox's tools can do. */
export interface Tools {
  readonly find: 'gnu' | 'posix';
  readonly tar: 'gnu' | 'posix';
}
