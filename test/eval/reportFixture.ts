/** Reads reportFixture.json: what scikit-learn says of a dozen confusion matrices. */
import { readFileSync } from 'node:fs';

interface FixtureScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ReportCase {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly perClass: readonly (FixtureScores & { readonly support: number })[];
  readonly macro: FixtureScores;
  readonly weighted: FixtureScores;
  /** The whole report with 2 and with 4 decimals. */
  readonly report2: string;
  readonly report4: string;
}

// Tests run from dist/test/eval; the fixture stays beside its source.
const path = new URL('../../../test/eval/reportFixture.json', import.meta.url);

export const reportCases = (JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly ReportCase[] }).cases;
