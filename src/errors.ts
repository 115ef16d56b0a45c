/** The one error class of the toolkit: what was expected, what came, and how to mend it. */

/** Stable machine-readable codes; scripts may rely on them. */
export type FerErrorCode =
  | 'DATA_INVALID'
  | 'DATA_NOT_FOUND'
  | 'IMAGE_INVALID'
  | 'CONFIG_INVALID'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_INVALID'
  | 'MODEL_UNSUPPORTED'
  | 'ENGINE_UNAVAILABLE'
  | 'ENGINE_INSTALL_FAILED'
  | 'TRAINING_DIVERGED'
  | 'RUN_EXISTS'
  | 'RUN_INVALID'
  | 'WRITE_FAILED';

/** An error that the user can mend: `bin/` prints its message without a stack and exits 1, or 2 for CONFIG_INVALID. */
export class FerError extends Error {
  override readonly name = 'FerError';
  readonly code: FerErrorCode;

  /**
   * `message` says what was expected, what came and what to do; `cause` keeps the error underneath. Messages quote what files say:
   * they stay one line, and what would move a terminal's cursor becomes a question mark.
   */
  constructor(code: FerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?'), options);
    this.code = code;
  }
}
