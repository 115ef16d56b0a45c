/** The module worker of the test page. */
import { send } from './page.js';
import { report } from './report.js';

await send('worker', await report());
