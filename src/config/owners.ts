import Papa from 'papaparse';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { plural } from '../base/text.ts';
import { normaliseDeviceName } from '../model/device-name.ts';
import type { Owner } from '../model/owner.ts';
import { type OwnerRow, ownerRowSchema } from './schema.ts';

const REQUIRED = ['requester', 'pasid', 'owner'] as const;
const COLUMNS: readonly string[] = [...REQUIRED, 'guestPasid'];
const FORM = 'The columns are requester,pasid,owner[,guestPasid].';

/**
 * Reads an owners file: CSV with a header line, PASIDs in decimal or as `0x…`. Lines that start with `#` are comments.
 * Throws a UsageError for unknown, missing or double columns and for rows that do not fit or contradict each other.
 */
export function parseOwners(text: string, path: string): readonly Owner[] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    skipEmptyLines: 'greedy',
    comments: '#',
  });
  const broken = errors.find((error) => error.code !== 'UndetectableDelimiter');
  if (broken !== undefined) throw new UsageError(`${path}: row ${(broken.row ?? 0) + 1}: ${broken.message}`, FORM);
  const [header = [], ...rows] = data;
  const columns = header.map((name) => name.trim());
  checkColumns(columns, path);
  return checkedOwners(
    rows.map((cells, index) => ownerOf(cells, columns, `${path}: row ${index + 2}`)),
    path,
  );
}

/** Owners as the configuration lists them. */
export function ownersOfRows(rows: readonly OwnerRow[], path: string): readonly Owner[] {
  return checkedOwners(rows.map(ownerOfRow), path);
}

function ownerOfRow({ requester, ...rest }: OwnerRow): Owner {
  return { device: normaliseDeviceName(requester), ...rest };
}

function checkColumns(columns: readonly string[], path: string): void {
  for (const [index, column] of columns.entries()) {
    if (columns.indexOf(column) !== index) throw new UsageError(`${path}: the column '${column}' is there twice`, FORM);
    if (COLUMNS.includes(column)) continue;
    const near = suggest(column, COLUMNS);
    throw new UsageError(
      `${path}: unknown column '${column}'`,
      near === undefined ? FORM : `Did you mean ${near}? ${FORM}`,
    );
  }
  const missing = REQUIRED.find((column) => !columns.includes(column));
  if (missing !== undefined) throw new UsageError(`${path}: the column '${missing}' is missing`, FORM);
}

function ownerOf(cells: readonly string[], columns: readonly string[], place: string): Owner {
  if (cells.length !== columns.length) {
    throw new UsageError(`${place} has ${plural(cells.length, 'cell')}, the header has ${columns.length}`, FORM);
  }
  const cell = (name: string): string => cells[columns.indexOf(name)]?.trim() ?? '';
  const guestPasid = cell('guestPasid');
  const row = ownerRowSchema.safeParse({
    requester: cell('requester'),
    pasid: numberOf(cell('pasid')),
    owner: cell('owner'),
    ...(guestPasid !== '' && { guestPasid: numberOf(guestPasid) }),
  });
  if (row.success) return ownerOfRow(row.data);
  const issue = row.error.issues[0];
  throw new UsageError(`${place}: ${issue?.path.join('.') ?? 'row'}: ${issue?.message ?? 'not valid'}`, FORM);
}

/** Number() takes decimal and `0x…`, but reads an empty cell as 0: that is no number here. */
function numberOf(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}

function checkedOwners(owners: readonly Owner[], path: string): readonly Owner[] {
  const seen = new Map<string, string>();
  const seenInGuest = new Map<string, number>();
  for (const { device, pasid, owner, guestPasid } of owners) {
    const key = `${device} PASID ${pasid}`;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new UsageError(
        `${path}: ${key} is there twice, for ${other} and ${owner}`,
        'Name one owner for each PASID of a requester.',
      );
    }
    seen.set(key, owner);
    if (guestPasid === undefined) continue;
    const inGuest = `${device} guest PASID ${guestPasid} of ${owner}`;
    const first = seenInGuest.get(inGuest);
    if (first !== undefined) {
      throw new UsageError(
        `${path}: ${inGuest} is there twice, for PASID ${first} and ${pasid}`,
        'A guest PASID stands for one PASID of a requester.',
      );
    }
    seenInGuest.set(inGuest, pasid);
  }
  return owners;
}
