import { clean, widthOf } from './clean.ts';

/** Breaks text at blanks, and where a word is longer than the line within it, into lines of at most `width` columns. */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = 0;
    for (const word of clean(paragraph).split(' ')) {
      const needed = widthOf(word);
      if (line !== '' && used + 1 + needed <= room) {
        line += ` ${word}`;
        used += 1 + needed;
        continue;
      }
      if (line !== '') lines.push(indent + line);
      const pieces = piecesOf(word, room);
      for (const piece of pieces.slice(0, -1)) lines.push(indent + piece);
      line = pieces.at(-1) ?? '';
      used = widthOf(line);
    }
    lines.push(indent + line);
  }
  return lines;
}

/** A word in pieces that fit. */
function piecesOf(word: string, room: number): string[] {
  if (widthOf(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of SEGMENTER.segment(word)) {
    const needed = widthOf(segment);
    if (used + needed > room && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += needed;
  }
  return [...pieces, piece];
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
