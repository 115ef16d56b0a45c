import { expect, test } from '@jest/globals';
import { classNames } from '../../src/data/dataset.js';
import { classMeaning, haveSameMeaning } from '../../src/model/classMeaning.js';

test.each([
  ['anger', 'angry'],
  ['Happiness', 'happy'],
  [' SADNESS ', 'sad'],
  ['fearful', 'fear'],
  ['disgusted', 'disgust'],
  ['Surprised', 'surprise'],
  ['Contempt', 'contempt'],
  ['tired', 'tired'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
])('%s means %s', (name, meaning) => {
  expect(classMeaning(name)).toBe(meaning);
});

test('the names of FER-2013 are the vocabulary', () => {
  expect(classNames.map(classMeaning)).toEqual([...classNames]);
});

test('lists are the same when every name means the same at its place', () => {
  expect(haveSameMeaning(['happy', 'sad'], ['Happiness', 'sadness'])).toBe(true);
  expect(haveSameMeaning(['happy', 'sad'], ['sad', 'happy'])).toBe(false);
  expect(haveSameMeaning(['happy'], ['happy', 'sad'])).toBe(false);
});
