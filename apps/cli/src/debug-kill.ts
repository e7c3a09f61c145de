import type { SessionDeps, SessionState } from '@clamshell/core';

/**
 * For tests of crashes: ends this process at once when its session first gets to `point`, or so many milliseconds
 * later, as in `executing+150`.
 */
export function killAt(point: string): NonNullable<SessionDeps['onStep']> {
  const [place = '', delay = '0'] = point.split('+');
  const end = () => process.kill(process.pid, 'SIGKILL');
  let isArmed = true;
  return (state) => {
    if (!isArmed || !placesOf(state).includes(place)) return;
    isArmed = false;
    if (delay === '0') end();
    else setTimeout(end, Number(delay));
  };
}

/** Where the session and its runs stand: `syncing`, `removing:claim`, `executing`. */
function placesOf({ position, runs }: SessionState): readonly string[] {
  const step = 'step' in position ? [`${position.at}:${position.step}`] : [];
  return [position.at, ...step, ...runs.values()];
}
