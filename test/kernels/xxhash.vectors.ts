// Digests of the first bytes of a test buffer by the reference implementation, xxHash 0.8.3 (XXH64, XXH3_64bits, XXH3_128bits,
// seed 0). The buffer is the one of its own sanity checks, https://github.com/Cyan4973/xxHash (tests/sanity_test.c).

type Row = [length: number, xxhash64: string, xxhash3: string, xxhash128: string]

const rows: Row[] = [
  [0, 'ef46db3751d8e999', '2d06800538d394c2', '99aa06d3014798d86001c324468d497f'],
  [1, 'e934a84adb052768', 'c44bdff4074eecdb', 'a6cd5e9392000f6ac44bdff4074eecdb'],
  [2, '5d48cd60a77e23ff', '7a9978044cb8a8bb', '76750c3c7bf956687a9978044cb8a8bb'],
  [3, 'ff7e1959cb50794a', '54247382a8d6b94d', '20efc49ff02422ea54247382a8d6b94d'],
  [4, '9136a0dca57457ee', 'e5dc74bc51848a51', '970d585ac632bf8e2e7d8d6876a39fe9'],
  [6, 'c72565b7154268a8', '27b56a84cd2d7325', '082afe0b8162d12a3e7039bdda43cfc6'],
  [8, 'cdbcf538e71d1348', '24ccc9acaa9f65e4', '47a7f080d82bb45664c69cab4bb21dc5'],
  [9, '554b1ae991eda6b6', '14d5001c15dd3f2b', '564ef6078950d457ed7ccbc501eb7501'],
  [12, '0723bf50086ead9a', 'a713daf0dfbb77e7', '6e3efd8fc7802b18061a192713f69ad9'],
  [16, '98c90b57fdfcb55c', '981b17d36c7498c9', 'c68c368ecf8a9c05562980258a998629'],
  [17, '0d39a2d051a30c2c', '796f5acd3a60f862', '955fa78643ed3669abbc12d11973d7db'],
  [24, 'f75a6dea42dc5bf4', 'a3fe70bf9d3510eb', '0ce966e4678d37611e7044d28b1b901d'],
  [32, '18b216492bb44b70', '9feaddbdbf57eed3', '98fc6458710dc2e8278410a17595e3f9'],
  [33, '55c8dc3e578f5b59', 'abfb2d081b400a10', '3103c192ceaa2dede593bc4e5914c9d1'],
  [48, 'fd0feeac7a939933', '397da259ecba1f11', 'a002ac4e5478227ef942219aed80f67b'],
  [64, 'ef558f8acac2b5cd', '9cb48487720ec49d', '6d90e81a9b0fd622efdb6a44690721a9'],
  [65, 'de0f20dc2631af7a', 'fd81aac4bebc3883', '6c074d65e54db85afe2f650fa500ec6e'],
  [80, '99bd5d25eb211099', 'bcdefbbb2c47c90a', 'fdf2cefde9eaac8a454ae6bf7a8a532d'],
  [96, '105064e743edd1d9', '935a769a7f94776f', 'd9d0b885f56c93f1e9324473ea9afebe'],
  [97, '097b16e4e9b0a2e3', 'ca4ca268fd3c3a6c', '09dff37faa6b284c7c87228ae9671ba7'],
  [112, 'e5752ea6e2b34417', 'd13d8f57931eef19', 'd1b2cf3831d419adcbfd9024e4b6c79d'],
  [128, '90ca021457d96dc5', 'fcff24126754d861', '39992220e045260aebb15e34a7fb5ab1'],
  [129, '41c280132d697aba', '98f1b0a679a2ca29', '03815fc91f1b30b686c9e3bc8f0a3b5c'],
  [160, '5b11efe8de350a3b', '9d03a319ed4cbd2b', 'ba5d218964b622ad737126c8d7c09cee'],
  [176, 'df9f79b4ea272f55', '6a79c99804538253', 'f90ffa43b3a4cd0144d5606c76f151ad'],
  [195, '52b73ecdb3ef30e4', 'cd94217ee362ec3a', '7729543a26b207ee3fb593c086a66075'],
  [223, '3204fa238cb7a119', '6e495316b983036e', '3f249a473e72280199a2091fbec06cfa'],
  [224, '560a22f68d44baa4', '3f3250c7e92c871a', 'f20d710ddbfbcab18b5b0074a7eb57da'],
  [239, 'b93713464372da03', '16ce2b9d3b28805d', 'e59fc6554b5008bcf895e8b860b8a593'],
  [240, 'b81838d483baee53', '81c3c2b67f568ccf', 'aa4202daa2769dc85c9aae94c8ebe5a0'],
  [241, '95d76c8b4d8fc4d6', 'c5a639ecd2030e5e', '99a80ecf0ecfc647c5a639ecd2030e5e'],
  [255, 'a80f35bb0dc8e3a7', 'e98f979f4ed8a197', '961375c87e09efbce98f979f4ed8a197'],
  [256, '5e3f5bf94d574981', '55de574ad89d0ac5', '8b1c66091423d28855de574ad89d0ac5'],
  [257, 'd36cf327dcf12221', 'b17fd5a8ae75bb0b', 'f15fee7f9f457599b17fd5a8ae75bb0b'],
  [319, '2ae10520fa6de2e4', '0fcaa9e59ec5a883', '3f5e05af8ce5dda80fcaa9e59ec5a883'],
  [320, 'e770cc78cd4c49d4', '75620d350ff5c694', '2c6021659f44e8d375620d350ff5c694'],
  [321, '191e5faa4e98d58c', '2d8c7e2634ab900a', 'b0a6157e8ccdb4a42d8c7e2634ab900a'],
  [403, 'd99858fee82283df', 'cdeb804d65c6dea4', '1b6de21e332dd73dcdeb804d65c6dea4'],
  [512, '4358d2fdd62b58a7', '617e49599013cb6b', '18d2d110dcc9bca1617e49599013cb6b'],
  [1023, 'aac72718b7620924', '87a8f7b2f2e22496', 'e8083e4d83214c3c87a8f7b2f2e22496'],
  [1024, '4775bf7cace4d177', 'dd85c9b5c1109c5c', '0d30d24071c64c57dd85c9b5c1109c5c'],
  [1025, '847fa6006d7c2ac0', 'd870c0fa13211c6a', 'fd3ee4fe7f2954c6d870c0fa13211c6a'],
  [2048, '5940f2752bc04387', 'dd59e2c3a5f038e0', 'f736557fd47073a5dd59e2c3a5f038e0'],
  [2049, '3bac0fef077cbfb5', 'd3afa4329779b921', '4cd2bd192f2d70bdd3afa4329779b921'],
  [2240, 'a4edb3c85b99b1d9', '6e73a90539cf2948', 'ccb134fbfa7ce49d6e73a90539cf2948'],
  [2367, 'a82418ddec0ea581', 'cb37aeb9e5d361ed', 'e89c0f6ff369b427cb37aeb9e5d361ed'],
  [4160, 'eee6a4e2ac952a5e', '4f323b15321e94e1', '67140711c1e3e3354f323b15321e94e1'],
  [65535, '43b8f81b46b383d6', '40df5e3e5608bbe9', '0839ca9ab30b5e4440df5e3e5608bbe9'],
  [65536, 'b1f497aae57dea9d', '918f7f0f912ca480', 'deafbd9df07edb70918f7f0f912ca480'],
  [65537, '3aa92e8233e07002', 'e42d29d5d26c06c2', '388e913ef5d18b4de42d29d5d26c06c2'],
  [70000, '5914fef4cf02febd', '1f8d9e4a592b32ba', '2390a920aef9cc961f8d9e4a592b32ba'],
]

export function xxhashVectors(): { bytes: Uint8Array; rows: Row[] } {
  const bytes = new Uint8Array(70_000)
  let generator = 2654435761n
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number(generator >> 56n)
    generator = BigInt.asUintN(64, generator * 11400714785074694797n)
  }
  return { bytes, rows }
}
