import { PYTHON_MOVES } from './python-moves.ts';
import { PYTHON_OPERATIONS } from './python-operations.ts';
import { PYTHON_PLACES } from './python-places.ts';
import { PYTHON_SEARCH } from './python-search.ts';

/** Serves framed requests on standard input until it ends. Python 3.6 or newer, its own library only. */
export const PYTHON_PROGRAM = PYTHON_PLACES + PYTHON_OPERATIONS + PYTHON_SEARCH + PYTHON_MOVES;
