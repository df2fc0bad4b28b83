import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { type CaptureSet, captureSets, type FoundFile } from '../../fleet/capture-sets.ts';

/** The capture sets of all sources, in the order of the sources and of the paths below them. */
export function findCaptureSets(sources: readonly string[], cwd: string): readonly CaptureSet[] {
  return sources.flatMap((source) => {
    const path = resolve(cwd, source);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UsageError(`${source}: there is no such file or folder`, 'Check the path.');
    if (stat.isDirectory()) return captureSets(filesBelow(path), basename(path));
    const file: FoundFile = { parts: [basename(dirname(path)), basename(path)], path, bytes: stat.size };
    return captureSets([file], basename(dirname(path)));
  });
}

/** Regular files, links to them too, sorted by path; what is not readable is found when it is opened. */
function filesBelow(folder: string): readonly FoundFile[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? [{ parts: name.split('/'), path, bytes: stat.size }] : [];
  });
}
