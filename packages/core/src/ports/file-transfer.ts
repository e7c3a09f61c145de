import type { HostPath, RemotePath } from '../paths/paths.ts';
import type { CallOptions, PhaseTiming } from './call-options.ts';

export interface TransferOutcome {
  readonly files: number;
  readonly bytes: number;
  readonly phases: readonly PhaseTiming[];
}

/**
 * Whole directories, one way, into a fresh directory that the caller owns: contents into contents, nothing nested
 * under a name. Symbolic links stay links. Nothing is merged and nothing is compared.
 *
 * Calls may overlap. An abort ends the transfer. Not idempotent: on any rejection the caller discards the target, which
 * may hold a part. What comes down is hostile: kinds, names, sizes and link targets are held to the strict archive
 * rules, and a breach rejects with ARCHIVE_INVALID.
 */
export interface FileTransfer {
  /** `to` must be missing or empty; it is made with its parents. */
  upload(
    transfer: { readonly from: HostPath; readonly to: RemotePath },
    options?: CallOptions,
  ): Promise<TransferOutcome>;
  /** `to` must be missing or empty; its parent must exist. */
  download(
    transfer: { readonly from: RemotePath; readonly to: HostPath },
    options?: CallOptions,
  ): Promise<TransferOutcome>;
}
