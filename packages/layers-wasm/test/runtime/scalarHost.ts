/** To be run by a Node that is told to do without SIMD: prints what a training comes to there, and how vectors are refused, as JSON. */
import type { LayersWasmError } from '../../src/index.js';
import { separable } from '../networks/convolutions.js';
import { trainedNumbers } from '../trainedNumbers.js';

const refusal = await trainedNumbers(separable(), { simd: true }).catch((error: unknown) => error as LayersWasmError);
const numbers = [...(await trainedNumbers(separable(), { threads: 2 }))];
console.log(JSON.stringify({ code: 'code' in refusal ? refusal.code : 'none', numbers }));
