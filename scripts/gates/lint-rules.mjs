/*
 * Rules of this repository that the linter has not. An oxlint plugin; its context and nodes are ESLint's.
 */

/** @typedef {{ report: (problem: { node: object, message: string }) => void }} Context */

const plugin = {
  meta: { name: 'clamshell' },
  rules: {
    /** What a caller may meet carries a code and a hint; a bug goes through `invariant` or `assertNever`. */
    'no-plain-error': {
      create: (/** @type {Context} */ context) => ({
        /** @param {{ callee: { type: string, name: string } }} node */
        NewExpression(node) {
          const { type, name } = node.callee;
          if (type !== 'Identifier' || !PLAIN_ERRORS.has(name)) return;
          context.report({
            node,
            message: `new ${name}: throw an error of @clamshell/core, or use invariant()`,
          });
        },
      }),
    },
    /** Node, then third parties, then our packages, then this package's own files. */
    'import-order': {
      create: (/** @type {Context} */ context) => {
        let highest = 0;
        return {
          /** @param {{ source: { value: string } }} node */
          ImportDeclaration(node) {
            const rank = rankOf(node.source.value);
            if (rank < highest)
              context.report({ node, message: `${node.source.value} belongs above: ${ORDER}` });
            highest = Math.max(highest, rank);
          },
        };
      },
    },
  },
};

const PLAIN_ERRORS = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError']);
const ORDER = 'node:, third parties, @clamshell/, relative';

/** @param {string} source */
function rankOf(source) {
  if (source.startsWith('node:')) return 0;
  if (source.startsWith('.')) return 3;
  return source.startsWith('@clamshell/') ? 2 : 1;
}

export default plugin;
