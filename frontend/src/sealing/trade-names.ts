// A firm's own word without its trade: "岚川" of 岚川压缩机, "Lanchuan" of Lanchuan Compressor.
// The same words as app/domain/sealing/trade_names.py; tests/vectors/own-names.json holds every one of both.

const TRADES_HAN = new Set(
  (
    '科技 技术 实业 工业 产业 企业 事业 机电 机械 机器 电机 电器 电气 电子 电力 电控 电工 微电 微电子 半导体 光电 设备 装备 制造 智造 制冷 冷机 冷链 冷却 ' +
    '暖通 空调 压缩机 压缩 泵业 水泵 阀门 风机 电梯 管业 铜业 铝业 钢业 钢铁 钢管 铜管 金属 五金 冶金 铸造 锻造 材料 新材 新材料 塑胶 塑料 橡胶 泡沫 包装 ' +
    '纸业 纸品 纸箱 印刷 化工 化学 涂料 能源 新能源 电池 环保 环境 节能 自动化 智能 控制 仪表 仪器 精密 精工 模具 部件 零部件 配件 汽配 汽车 轴承 紧固件 ' +
    '弹簧 电线 电缆 线缆 照明 软件 信息 网络 通信 通讯 数据 贸易 商贸 进出口 国际 物流 供应链 建设 建筑 工程 建材 家电 重工 轻工 动力 传动 液压 气动 焊接 ' +
    '热能 热工 换热 换热器 纺织 服装 食品 医药 医疗 器械 生物 发展 投资 服务 咨询 研究院 工厂 总厂 厂'
  ).split(' '),
);
const TRADES = new Set(
  (
    'appliance appliances automation automotive bearing bearings cable cables carton cartons chemical chemicals components compression compressor ' +
    'compressors control controls cooling copper development device devices electric electrical electromech electromechanical electronic electronics energy ' +
    'engineering enterprise enterprises environmental equipment fan fans fasteners foundry global hardware heating holding holdings hvac import export ' +
    'industrial industries industry instrument instruments international investment logistics machine machinery machines manufacturing material materials ' +
    'mechanical metal metals micro microelectronics mold molds motor motors mould moulds packaging paper parts pipe pipes plastic plastics power precision ' +
    'printing product products pump pumps refrigeration rubber science semiconductor services software solutions steel supply system systems tech ' +
    'technologies technology textile tool tools trade trading tube tubes valve valves works and'
  ).split(' '),
);
// Where a firm is from, without 市; provinces are in names.ts.
const CITIES_HAN = new Set(
  (
    '广州 深圳 杭州 南京 苏州 无锡 常州 宁波 温州 嘉兴 湖州 绍兴 台州 金华 义乌 慈溪 余姚 南通 扬州 镇江 徐州 盐城 泰州 昆山 常熟 张家港 江阴 青岛 济南 ' +
    '烟台 潍坊 威海 淄博 临沂 合肥 芜湖 佛山 顺德 东莞 珠海 中山 惠州 江门 厦门 福州 泉州 武汉 长沙 郑州 洛阳 西安 成都 绵阳 沈阳 大连 长春 哈尔滨 石家庄 ' +
    '唐山 太原 南昌 昆明 贵阳 南宁 兰州 银川 西宁 海口'
  ).split(' '),
);
const CITIES = new Set(
  (
    'beijing shanghai tianjin chongqing guangzhou shenzhen hangzhou nanjing suzhou wuxi changzhou ningbo wenzhou jiaxing huzhou shaoxing taizhou jinhua ' +
    'yiwu cixi yuyao nantong yangzhou zhenjiang xuzhou kunshan changshu zhangjiagang jiangyin qingdao jinan yantai weifang weihai zibo linyi hefei wuhu ' +
    'foshan shunde dongguan zhuhai zhongshan huizhou jiangmen xiamen fuzhou quanzhou wuhan changsha zhengzhou luoyang xian chengdu mianyang shenyang dalian ' +
    'changchun harbin shijiazhuang tangshan taiyuan nanchang kunming guiyang nanning lanzhou hebei shanxi liaoning jilin heilongjiang jiangsu zhejiang ' +
    'anhui fujian jiangxi shandong henan hubei hunan guangdong hainan sichuan guizhou yunnan shaanxi gansu qinghai guangxi ningxia xinjiang china hong kong ' +
    'taiwan the'
  ).split(' '),
);
// What is left of some names and stands in every second text.
const COMMON = new Set(
  (
    '中国 全国 国家 环球 全球 世界 通用 标准 先进 现代 专业 第一 东方 南方 北方 西部 东部 中心 联合 general united national asia euro europe first north ' +
    'south east west eastern western northern southern golden green blue star best advanced modern universal standard super smart world pacific central ' +
    'quality'
  ).split(' '),
);

const longest = (words: ReadonlySet<string>) => Math.max(...[...words].map((word) => word.length));
const LONGEST_TRADE = longest(TRADES_HAN);
const LONGEST_CITY = longest(CITIES_HAN);

/** What is left of a Chinese name without its cities before and its trades behind; empty where that is nothing own. */
export function ownWord(name: string): string {
  let left = name;
  const cut = (most: number, part: (width: number) => string, among: ReadonlySet<string>): string | undefined =>
    Array.from({ length: most }, (_, at) => part(most - at)).find((word) => word !== '' && among.has(word));
  for (let city; (city = cut(LONGEST_CITY, (width) => left.slice(0, width), CITIES_HAN)) !== undefined; ) left = left.slice(city.length);
  for (let trade; (trade = cut(LONGEST_TRADE, (width) => left.slice(-width), TRADES_HAN)) !== undefined; ) left = left.slice(0, -trade.length);
  return COMMON.has(left) ? '' : left;
}

/** The same of a name in Latin letters, word by word. */
export function ownWords(words: readonly string[]): string {
  let [at, end] = [0, words.length];
  while (at < end && CITIES.has(words[at] ?? '')) at += 1;
  while (at < end && TRADES.has(words[end - 1] ?? '')) end -= 1;
  const left = words.slice(at, end).join('');
  return COMMON.has(left) ? '' : left;
}
