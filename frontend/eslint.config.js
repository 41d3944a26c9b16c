import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import path from 'node:path';
import tseslint from 'typescript-eslint';

const src = path.join(import.meta.dirname, 'src');

// What a folder of src/ may import besides itself: domain, api and ui below features, features below app.
const below = {
  domain: [],
  // The code that seals bids imports nothing of the pages, so that it stays one small file.
  sealing: [],
  i18n: ['domain'],
  api: ['domain', 'i18n'],
  ui: ['domain', 'i18n', 'api'],
  features: ['domain', 'sealing', 'i18n', 'api', 'ui'],
  app: ['domain', 'sealing', 'i18n', 'api', 'ui', 'features'],
  // The sealing file opened alone: the rules of an offer, none of the pages' machinery.
  standalone: ['domain', 'sealing', 'i18n', 'features'],
  testing: ['domain', 'sealing', 'i18n', 'api', 'ui', 'features', 'app'],
};

const zones = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const [zone, room] = path.relative(src, context.filename).split(path.sep);
    const isTest = /\.test\.tsx?$/.test(context.filename);
    if (!(zone in below)) return {};
    function check(node) {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      let target;
      if (source.startsWith('@/')) target = source.slice(2);
      else if (source.startsWith('.'))
        target = path.relative(src, path.resolve(path.dirname(context.filename), source));
      else return;
      const [toZone, toRoom] = target.split(path.sep);
      if (!(toZone in below) || (isTest && toZone === 'testing')) return;
      if (toZone === 'features' && zone === 'features' && toRoom !== room)
        context.report({ node, message: `A feature never imports a feature: ${room} imports ${toRoom}.` });
      else if (toZone !== zone && !below[zone].includes(toZone))
        context.report({ node, message: `${zone}/ stands below ${toZone}/ and may not import it.` });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};

const kebabCase = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    return {
      Program(node) {
        const name = path.basename(context.filename);
        if (!/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name.replace(/\.d\.ts$/, '.ts')))
          context.report({ node, message: `Files are named in kebab-case: ${name}.` });
      },
    };
  },
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.node.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // JSX handlers take promises; a rejected one is shown by the caller's own error path.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { house: { rules: { zones, 'kebab-case': kebabCase } }, 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'house/zones': 'error',
      'house/kebab-case': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      // Prices are strings of decimals, compared in domain/money.ts on integers.
      'no-restricted-globals': ['error', { name: 'parseFloat', message: 'Money is a string: domain/money.ts.' }],
    },
  },
  {
    // The compiler's rules read every component as a whole and cost as much as the types: not asked of tests.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.{ts,tsx}', 'src/**/testing/**'],
    rules: reactHooks.configs.recommended.rules,
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/server-clock.ts', 'src/**/*.test.{ts,tsx}', 'src/**/testing/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The server’s time is the only time: ask the server clock.' },
      ],
    },
  },
  { files: ['*.js'], languageOptions: { globals: { console: 'readonly' } } },
);
