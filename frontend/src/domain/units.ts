/** Units of quantity a builder offers first; any other may be typed. Data, not words of the page. */
export const UNITS = ['台', '件', '套', '个', '吨', '千克', '米', 'pcs', 'set', 't', 'kg', 'm'] as const;
