/*
 * The `format` file of a trace event (kernel/trace/trace_events.c, Linux 7.3), copied into every recording:
 *
 *     name: report_fault_ret
 *     ID: 2034
 *     format:
 *     	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 *     	…
 *     	field:__data_loc char[] iommu;	offset:40;	size:4;	signed:0;
 *
 *     print fmt: "(%lx <- %lx) ret=%d", REC->__probe_func, REC->__probe_ret_ip, REC->ret
 */

export interface EventField {
  readonly name: string;
  readonly type: string;
  /** Bytes from the start of the record's data. */
  readonly offset: number;
  readonly size: number;
  readonly isSigned: boolean;
  readonly isArray: boolean;
  /** `absolute`: the field holds offset and length of the value; `relative`: the offset counts from the field's end. */
  readonly dynamic: 'absolute' | 'relative' | undefined;
  readonly isString: boolean;
  readonly isPointer: boolean;
  /** Printed in hexadecimal where a record is shown field by field. */
  readonly isLong: boolean;
}

export interface EventFormat {
  /** Value of `common_type`. */
  readonly number: number;
  readonly name: string;
  readonly system: string;
  readonly common: readonly EventField[];
  readonly fields: readonly EventField[];
  /** As in C source, from the opening quote on; empty if there is none. */
  readonly printFormat: string;
}

/** Undefined for a text that is no event format. */
export function parseEventFormat(text: string, system: string): EventFormat | undefined {
  const name = /^name: (.+)$/m.exec(text)?.[1];
  const number = /^ID: (\d+)$/m.exec(text)?.[1];
  if (name === undefined || number === undefined) return undefined;
  const fields = fieldsOf(text);
  const print = text.indexOf('print fmt:');
  return {
    number: Number(number),
    name: name.trim(),
    system,
    common: fields.filter((field) => field.name.startsWith('common_')),
    fields: fields.filter((field) => !field.name.startsWith('common_')),
    printFormat: print < 0 ? '' : text.slice(print + 10).trim(),
  };
}

/** Declaration, offset, size, sign (absent in old kernels). */
const FIELD = /^\tfield:([^;]+);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d+);)?/gm;

/** The fields of a format file, or of `header_page`. */
export function fieldsOf(text: string): readonly EventField[] {
  const fields: EventField[] = [];
  for (const [, declaration = '', offset, size, signed] of text.matchAll(FIELD)) {
    const field = fieldOf(declaration, Number(offset), Number(size), signed === '1');
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

/** Longer than any; a damaged one must not cost time. */
const MAX_DECLARATION = 300;
/** Type with qualifiers, name, array length behind the name (`char comm[16]`). */
const DECLARATION = /^(.*?)\s*(\w+)\s*((?:\[[^\]]*\])*)$/;

function fieldOf(text: string, offset: number, size: number, isSigned: boolean): EventField | undefined {
  if (text.length > MAX_DECLARATION) return undefined;
  const match = DECLARATION.exec(text.trim());
  if (match === null) return undefined;
  const [, type = '', name = '', length = ''] = match;
  const dynamic = type.startsWith('__data_loc') ? 'absolute' : type.startsWith('__rel_loc') ? 'relative' : undefined;
  const isArray = length !== '' || type.includes('[') || dynamic !== undefined;
  return {
    name,
    type,
    offset,
    size,
    isSigned,
    isArray,
    dynamic,
    isString: isArray && /char|\bu8\b|\bs8\b/.test(type),
    isPointer: type.includes('*'),
    isLong: type.includes('long'),
  };
}
