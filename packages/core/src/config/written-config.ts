import type { Provider } from './resolve-config.ts';

/** Settings as a person writes them: every key optional, unknown ones refused by name. */
export interface WrittenConfig {
  readonly provider?: Provider | undefined;
  readonly mode?: 'mirror' | 'remote' | undefined;
  readonly command?: string | undefined;
  readonly gateway?: string | undefined;
  readonly gatewayEndpoint?: string | undefined;
  readonly workspace?: string | undefined;
  readonly from?: string | undefined;
  readonly policy?: string | undefined;
  readonly providers?: readonly string[] | undefined;
  readonly gpu?: boolean | undefined;
  readonly autoProviders?: boolean | undefined;
  readonly remoteWorkspaceDir?: string | undefined;
  readonly remoteAgentWorkspaceDir?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly mirror?: WrittenMirrorConfig | undefined;
  readonly ssh?: WrittenSshConfig | undefined;
  readonly exec?: WrittenExecConfig | undefined;
}

export interface WrittenMirrorConfig {
  readonly exclude?: readonly string[] | undefined;
  readonly protect?: readonly string[] | undefined;
  readonly conflicts?: 'host' | 'sandbox' | undefined;
  readonly limits?:
    { readonly maxFiles?: number | undefined; readonly maxMegabytes?: number | undefined } | undefined;
  readonly undo?:
    { readonly keepRuns?: number | undefined; readonly keepMegabytes?: number | undefined } | undefined;
}

export interface WrittenSshConfig {
  readonly destination?: string | undefined;
  readonly identity?: string | undefined;
  readonly knownHosts?: string | undefined;
  readonly multiplexing?: boolean | undefined;
}

export interface WrittenExecConfig {
  readonly path?: 'sandbox' | 'prepend' | 'host' | undefined;
  readonly home?: 'sandbox' | 'host' | undefined;
  readonly killGraceSeconds?: number | undefined;
}
