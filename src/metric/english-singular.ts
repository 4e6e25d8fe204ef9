/**
 * The singular of an English noun as CHAIR takes it, by suffix rules and exceptions. It is applied to every word of a
 * caption, noun or not ("is" becomes "is" by an exception, "his" becomes "hi"); scores are defined on it as it is.
 *
 * Source: clips/pattern@d25511f, pattern/text/en/inflect.py, singularize, after Bermi Ferrer's inflector.
 */

function list(words: string): readonly string[] {
  return words.trim().split(/\s+/);
}

/** Words that stay as they are, also any ending of one of them. */
const unchanged = list(`
  bison bream breeches britches carp chassis christmas clippers cod contretemps corps debris diabetes djinn eland elk
  flounder gallows georgia graffiti headquarters herpes high-jinks homework innings jackanapes mackerel measles mews
  mumps news pincers pliers proceedings rabies salmon scissors series shears species swine swiss trout tuna whiting
  wildebeest advice bread butter cheese electricity equipment fruit furniture garbage gravel happiness information
  ketchup knowledge love luggage mathematics mayonnaise meat mustard progress research rice sand software
  understanding water`);

/** Plurals in -ies with a singular in -ie; the program hands them back unchanged. */
const inIes = list(`
  alergies aunties beanies birdies bogies bombies collies cookies cuties doggies eyries freebies goonies groupies
  hankies hippies hoagies hotties indies junkies laddies laramies lingeries meanies newbies nighties oldies pixies
  quickies reveries rookies softies sorties stoolies sweeties techies toughies valkyries veggies weenies yuppies
  zombies`);

/** Irregular plurals, first to last; a word that ends in one is changed there ("four" ends in "our"). */
const irregular: readonly (readonly [string, string])[] = list(`
  atlantes:atlas atlases:atlas axes:axe beeves:beef brethren:brother children:child corpora:corpus corpuses:corpus
  ephemerides:ephemeris feet:foot ganglia:ganglion geese:goose genera:genus genii:genie graffiti:graffito helves:helve
  kine:cow leaves:leaf loaves:loaf men:man mongooses:mongoose monies:money moves:move mythoi:mythos numena:numen
  occipita:occiput octopodes:octopus opera:opus opuses:opus our:my oxen:ox penes:penis penises:penis people:person
  sexes:sex soliloquies:soliloquy teeth:tooth testes:testis trilbys:trilby turves:turf zoa:zoon`).map((entry) => {
  const [plural = "", singular = ""] = entry.split(":");
  return [plural, singular];
});

/** Endings and what takes their place; the first that fits is used. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/(.)ae$/, "$1a"],
  [/(.)itis$/, "$1itis"],
  [/(.)eaux$/, "$1eau"],
  [/(quiz)zes$/, "$1"],
  [/(matr)ices$/, "$1ix"],
  [/(ap|vert|ind)ices$/, "$1ex"],
  [/^(ox)en/, "$1"],
  [/(alias|status)es$/, "$1"],
  [/([octpvir|])i$/, "$1us"],
  [/(cris|ax|test)es$/, "$1is"],
  [/(shoe)s$/, "$1"],
  [/(o|bus)es$/, "$1"],
  [/([ml|])ice$/, "$1ouse"],
  [/(x|ch|ss|sh)es$/, "$1"],
  [/(m)ovies$/, "$1ovie"],
  [/(.)ombies$/, "$1ombie"],
  [/(s)eries$/, "$1eries"],
  [/([^aeiouy]|qu)ies$/, "$1y"],
  [/([aeo]l|[^d]ea)ves$/, "$1f"],
  [/arves$/, "arf"],
  [/erves$/, "erve"],
  [/([nlw]i)ves$/, "$1fe"],
  [/([lr])ves$/, "$1f"],
  [/([aeo])ves$/, "$1ve"],
  [/(sive|tive|hive)s$/, "$1"],
  [/([^f])ves$/, "$1fe"],
  [/(^analy)ses$/, "$1sis"],
  [/((a)naly|ba|diagno|parenthe|progno|synop|the)ses$/, "$1$2sis"],
  [/(.)opses$/, "$1opsis"],
  [/(.)yses$/, "$1ysis"],
  [/(h|d|r|o|n|b|cl|p)oses$/, "$1ose"],
  [/(fruct|gluc|galact|lact|ket|malt|rib|sacchar|cellul)ose$/, "$1ose"],
  [/(.)oses$/, "$1osis"],
  [/([ti])a$/, "$1um"],
  [/(n)ews$/, "$1ews"],
  [/s$/, ""],
];

/** Second parts of compounds whose first part has the plural: mothers-in-law. */
const prepositions = new Set(
  list(`about above across after among around at athwart before behind below beneath beside besides between betwixt
  beyond but by during except for from in into near of off on onto out over since till to under until unto upon with`),
);

/** The singular of a lower-case word. */
export function singular(word: string): string {
  const [first = "", second, ...rest] = word.split("-");
  if (second !== undefined && prepositions.has(second)) return [singular(first), second, ...rest].join("-");
  if (word.endsWith("'")) return `${singular(word.slice(0, -1))}'s`;
  if (unchanged.some((entry) => entry.endsWith(word)) || inIes.some((entry) => word.endsWith(entry))) return word;
  const exception = irregular.find(([plural]) => word.endsWith(plural));
  if (exception !== undefined) return word.slice(0, -exception[0].length) + exception[1];
  const ending = endings.find(([pattern]) => pattern.test(word));
  return ending === undefined ? word : word.replace(ending[0], ending[1]);
}
