import { type FileView, INSIDE } from '../confine/plan.ts';
import { isWithin, type Policy } from './policy-schema.ts';

/**
 * The file-system rules of a policy. A path is writable that is listed so or lies below one that is, as Landlock's
 * rules add up; without rules there is the default (openshell §6), and `/dev/shm`.
 */
export function planFileView({ filesystem_policy: rules }: Pick<Policy, 'filesystem_policy'>): FileView {
  if (rules === undefined) return { home: true, tmp: true, shm: true, own: [] };
  const { include_workdir: hasHome = true, read_write: listed = [] } = rules;
  const isListed = (place: string) => listed.some((path) => isWithin(place, path));
  const known = [INSIDE.home, '/tmp', '/dev'];
  const own = [...new Set(listed)].filter((path) => !known.some((place) => isWithin(path, place))).toSorted();
  return {
    home: hasHome || isListed(INSIDE.home),
    tmp: isListed('/tmp'),
    shm: isListed('/dev/shm'),
    own: own.filter((path) => !own.some((other) => other !== path && isWithin(path, other))),
  };
}
