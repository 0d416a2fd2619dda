import { describe, expect, test } from 'vitest';
import { inWords } from './microphone';

describe('trouble with the microphone in words', () => {
  test.each([
    ['NotAllowedError', 'allow it'],
    ['NotFoundError', 'No microphone'],
    ['NotReadableError', 'another program'],
  ])('%s says what to do', (name, words) => {
    expect(inWords(new DOMException('technical', name))).toContain(words);
  });

  test('what is not known is said calmly', () => {
    expect(inWords(new Error('0x80004005'))).toBe('The microphone cannot be used here.');
  });
});
