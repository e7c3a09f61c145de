/**
 * The sandbox's first process. It waits for the word that its number has been written down, so that a starter that dies
 * before leaves nothing behind; then it starts the supervisor in `"$@"` and reaps whatever is orphaned, until the
 * supervisor ends and with it the sandbox. Only the supervisor keeps the listener, and the channel.
 */
export const INIT_SCRIPT = `
read -r _ || exit 1
echo 500 >/proc/self/oom_score_adj || :
"$@" </dev/null >/dev/null &
exec </dev/null >/dev/null 2>&1 3<&- 6<&-
wait "$!"
`;

/** The same gate for a supervisor without confinement, which is then its own first process. */
export const UNCONFINED_SCRIPT = `
read -r _ || exit 1
exec "$@" </dev/null >/dev/null
`;
