/** What runs in an engine's own process: see engineProcess.ts. */
import { engines } from '../engine/engines.js';
import { answerQuestion } from './engineServer.js';

answerQuestion(engines);
