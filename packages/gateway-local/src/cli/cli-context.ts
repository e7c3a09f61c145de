import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import type { Scope } from '../state/scope.ts';

/** What every command is given besides its own arguments. */
export interface CliContext {
  readonly host: GatewayHost;
  readonly scope: Scope;
  readonly print: (text: string) => void;
}
