//! What tells languages of one script apart: the letters that each adds to the base of its script, and its function words.
//!
//! Lists are short and made of words that any text of the language uses whatever its subject: articles, pronouns, prepositions, conjunctions,
//! auxiliaries. They serve identification ([`crate::text::language`]) and the signal of function words.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use super::chars::folded;

/// One language of a script that several share.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// ISO 639-3.
    pub code: &'static str,
    /// ISO 15924.
    pub script: &'static str,
    /// Lower-case letters beyond those that all languages of the script share.
    pub letters: &'static str,
    /// Function words, as they are written.
    pub words: &'static str,
}

const fn profile(code: &'static str, script: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, script, letters, words }
}

/// A set of profiles: bit `i` is `PROFILES[i]`.
pub type ProfileSet = u128;

/// All profiles.
pub const ALL: ProfileSet = ProfileSet::MAX >> (ProfileSet::BITS as usize - PROFILES.len());

/// A function word as it folds.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The profiles that list it.
    pub profiles: ProfileSet,
    /// Its characters.
    pub chars: u32,
}

/// The place in [`words`] of a function word, by the hash of its fold as in [`super::scan::Scan::words_folded`].
pub fn place_of_word(hash: u64) -> Option<u32> {
    WORDS.1.get(&hash).copied()
}

/// All function words.
pub fn words() -> &'static [Word] {
    &WORDS.0
}

/// Whether a word, by its hash, is a function word of any language that is written in `script`.
pub fn is_function_word(hash: u64, script: &str) -> bool {
    let of_script = |set: ProfileSet| PROFILES.iter().enumerate().any(|(i, p)| set >> i & 1 == 1 && p.script == script);
    place_of_word(hash).is_some_and(|place| of_script(words()[place as usize].profiles))
}

type Places = HashMap<u64, u32, BuildHasherDefault<HashOfHash>>;

static WORDS: LazyLock<(Vec<Word>, Places)> = LazyLock::new(|| {
    let (mut words, mut places) = (Vec::new(), Places::default());
    for (index, profile) in PROFILES.iter().enumerate() {
        for word in profile.words.split_whitespace().map(folded) {
            let place = *places.entry(xxh3_64(word.as_bytes())).or_insert(words.len() as u32) as usize;
            if place == words.len() {
                words.push(Word { profiles: 0, chars: word.chars().count() as u32 });
            }
            words[place].profiles |= 1 << index;
        }
    }
    (words, places)
});

/// The profiles that have the lower-case letter `c`: all for the letters that the languages of a script share, none for letters of other languages.
pub fn with_letter(c: char) -> ProfileSet {
    LETTERS.get(c as usize).map_or(0, |&index| SETS_OF_LETTERS[usize::from(index)])
}

/// Letters that all languages of a script use, or use for one another.
const SHARED_LETTERS: &str = "abcdefghijklmnopqrstuvwxyzʻʼʾʿªº\
    абвгдежзийклмнопрстуфхцчшщьюя\
    اآبتثجحخدذرزسشصضطظعغفقلمنهوـ\
    אבגדהוזחטיכךלמםנןסעפףצץקרשת\
    ऄअआइईउऊऋऌऍऎएऐऑऒओऔकखगघङचछजझञटठडढणतथदधनऩपफबभमयरऱलवशषसहक़ख़ग़ज़ड़ढ़फ़य़";

/// The sets of [`with_letter`], the empty one first; a letter's place is in [`LETTERS`].
static SETS_OF_LETTERS: LazyLock<Vec<ProfileSet>> = LazyLock::new(|| {
    let mut sets = vec![0];
    for &letter in SORTED_LETTERS.iter() {
        let with = |profile: &Profile| SHARED_LETTERS.contains(letter) || profile.letters.contains(letter);
        sets.push((0..PROFILES.len()).filter(|&i| with(&PROFILES[i])).fold(0, |set, i| set | 1 << i));
    }
    sets
});

static LETTERS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut places = vec![0; SORTED_LETTERS.last().map_or(0, |&c| c as usize + 1)];
    for (place, &letter) in SORTED_LETTERS.iter().enumerate() {
        places[letter as usize] = place as u16 + 1;
    }
    places
});

static SORTED_LETTERS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let letters = PROFILES.iter().flat_map(|profile| profile.letters.chars());
    letters.chain(SHARED_LETTERS.chars()).collect::<BTreeSet<char>>().into_iter().collect()
});

/// Hashes a value that is a hash already: by itself.
#[derive(Clone, Copy, Default)]
pub struct HashOfHash(u64);

impl Hasher for HashOfHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The place of Arabic in [`PROFILES`].
pub const ARABIC: usize = 0;

/// All profiles, by script. A script's languages stand together.
#[rustfmt::skip] // One language a line.
pub const PROFILES: &[Profile] = &[
    profile("ara", "Arab", "ةىأإؤئءيكپچڤ", "في فى من على إلى الى عن مع هذا هذه ذلك تلك التي اللي الذي الذين ما لا لم لن قد كان كانت يكون هو هي هم أن ان إن أو او ثم بعد قبل كل بين حتى عند عندما غير إذا حيث أنه أنها وقد وقال خلال بعض كما لكن لأن ايه مش ده دي دا ليه عشان كده بتاع كانوا انا أنا انت أنت نحن هناك هنا لها له لي ليس أي يا ولا وهو وهي منذ فقط جدا كيف لماذا متى أين هل سوف هن أنتم كنت كنا تكون سأ ليست ليسوا لست عندي عندك لدي لديه لديها لدينا لك لكم لنا لهم بي به بها بهم فيه فيها منه منها عنه عليه عليها إليه معه معي معك الآن الان أبدا دائما اليوم غدا أمس شيء كلها جميع نفس أكثر اكثر كثيرا قليلا أيضا ايضا يجب يمكن أريد اريد يريد تريد أعرف اعرف رأيت ذهب ذهبت أنني انني إنه انه إنها انها بأن لأنه لأنها لكنه ماذا ماهو كم لو لولا بدون تحت فوق أمام مثل عبر ضد نحو حول وفي ومن وعلى وهذا وكان وكانت فإن كذلك حين لدى تم يتم احنا انتا انتي دول كانش مفيش عايز زى زي علشان اوى قوي بس كمان ف ع هيا هوا دى بتاعت بتاعه بتاعها تانى تاني جه بقى يعني يعنى حد برضه دلوقتى دلوقتي لحد عاوز فين إيه اهو كانو راك راه راهي راني واش علاش ديال ديالهم ديالي ديالك هادا هادي هاد حنا نتا شكون كيفاش تاع بزاف باش ماشي هيك شو ليش وين هاي هلق كتير منيح مو رح عم بدي بدك ايش الحين وش"),
    profile("fas", "Arab", "پچژگکیئءؤأ", "و در به از که این را با است برای آن یک خود تا بر هم نیز بود شد شده می کرد کند های ها دارد باید هر اما اگر یا ما من او آنها چه بین پس پیش دو بودند کردند کرده نمی دیگر همه وی نه شما تو مرا چرا کجا هستند هست نیست بسیار خیلی ای ام اند بعد روی سر چیزی دارم هستم ایشان همین همان هیچ چی کی چطور چگونه چند چون ولی بلکه زیرا بدون میان زیر درباره هستی هستیم نبود بودن شود می‌شود شدن باشد باشند داری داریم دارند داشت داشتن کردن می‌کند می‌کنم کنم کنید می‌خواهم خواهد شاید می‌تواند می‌توانم توانست گفت گفته گوید می‌گوید رفت آمد دیگری بیشتر کمی فقط هنوز الان اکنون امروز فردا دیروز دیشب اینجا آنجا خوب اول سال روز خودش هایی"),
    profile("urd", "Arab", "ٹڈڑںےگپچژکہھیئءؤۂۃ", "کے کی میں اور ہے سے کا کو نے پر کہ اس یہ ہیں تھا تھی تھے وہ ان کر جو بھی ایک نہیں ہو گیا گئی لیے ساتھ تو ہی کیا بعد رہے رہا رہی اپنے جس تک گے گا دیا کرنے ہوئے تھیں میرے مجھے آپ ہم تم اسے مگر لیکن کوئی کچھ ہمیں تمہیں انہیں میرا میری ہمارا ہمارے تمہارا آپکا اسکا کون کب کہاں کیسے کیوں کتنا جب تب اب یہاں وہاں آج کل بہت سب ہر اچھا اچھی بڑا یا اگر کیونکہ پہلے درمیان بارے لئے کرنا کرتا کرتے کیے ہوتا ہوتی ہوتے ہوں ہوا ہوئی گئے جا جاتا دی کہا چاہیے سکتا سکتے سکتی نہ صرف اپنا اپنی والے والا والی"),
    profile("pus", "Arab", "ټډړښڼځڅېۍږیګپچژيکئء", "د په او چې کې له دا ته سره نه یې هم دي شوي کړي وي ده دی پر خو وو کوي شي تر هغه دې یو به يې لپاره باندې څخه موږ زه تاسو دوی زما ستا زموږ ستاسو دغه هغوی څه څوک چا کله چېرته ولې څنګه څو هر ټول ځینې بل نور ډېر لږ ښه نن سبا پرون اوس دلته هلته بیا که نو ځکه لاندې پورې پرته منځ وړاندې وروسته مخکې یم وم وه شو کوم کړ کړې کړل وکړ وکړي ویل وویل وايي لري لرم کېږي کېدل شته نشته مه يو یوه دوه کال"),
    profile("ckb", "Arab", "ێۆڵڕڤەپچژگکیئ", "لە و بە کە بۆ ئەو ئەم لەگەڵ یان هەر تا نە دەکات بوو ئەوەی کرد هەموو من تۆ ئێمە ئەوان هەیە نییە بوون لەسەر دوای ئێوە ئەمە ئەوە کێ چی چۆن کەی کوێ بۆچی چەند هیچ هەندێک زۆر کەم باش ئەمڕۆ سبەی دوێنێ ئێستا لێرە لەوێ بێ نێوان پێش سەر ژێر لەبەر بەڵام ئەگەر چونکە هەروەها تەنها دەبێت نەبوو هەبوو دەکەن کردن کراوە بکات دەڵێت وتی گوتی دەچێت هات دەکرێت خۆی خۆیان خۆم یەک دوو ساڵ ساڵی"),
    profile("uig", "Arab", "ۇۆۈۋېەڭپچژگكيئىھ", "ۋە بۇ بىلەن ئۈچۈن بىر ئۇ مەن سىز كېرەك بولۇپ دەپ ھەم ئەمەس بولغان قىلىش ئۇنىڭ مېنىڭ بار يوق كېيىن بەك نېمە"),
    profile("snd", "Arab", "ڄڃڇٻڀڊڌڍڏٽٺٿڦڪڳڱڻپچگھيءئ", "جي جو کي سان آهي تي هن جا ته کان آهن نه به هو ڪري لاءِ هڪ هئي هئا ٿو ٿي ٿا ڪيو ڪرڻ ويو وئي مان توهان اسان ان اهو اهي پر ٻه تمام سڀ جيڪو جيڪي جيڪا پنهنجي پنهنجو ڪو ڪجهه هاڻي اڄ"),
    profile("kas", "Arab", "ٲۄۆۍێٕچپگکژھہی", "تہٕ چھُ چھِ منٛز کہِ اکہ سۭتۍ چھہٕ"),
    profile("rus", "Cyrl", "ыэё", "и в не на я что он с как это а но по к у из за от то все она так его же вы мы они был была было были бы для о до или если уже только ещё мне меня ты когда где есть нет очень их её том при чтобы который которые может ему во со быть себя этого будет буду будут мной тобой нам вам им нём ней моя твой мой наш кто почему куда здесь там сейчас тогда потом всегда никогда ничего всё каждый эта этот эти другой хорошо большой должен надо хочу хочет могу можешь можно без тоже сегодня завтра вчера много ли ведь даже потому чем него неё нас вас них тебя тебе про под через после перед этом этой свою свой оно ей ваш тот та те какой какая какие откуда зачем сколько никто теперь тут да мало больше другая весь вся над об между против хотя лишь имеет могут нужно знаю знает сказал сказала говорит также"),
    profile("ukr", "Cyrl", "іїєґ", "і в не на я що він з як це а але по у та за від до вона так його ви ми вони був була було були для про або якщо вже тільки ще мені мене ти коли де є немає дуже їх її при щоб який які може йому зі бути цього також буде буду будуть мною тобою нам вам їм моя твій мій наш хто чому куди тут там зараз тоді потім завжди ніколи щось нічого все всі кожен ця цей ці інший добре великий повинен треба хочу хоче можу можеш можна без теж сьогодні завтра вчора багато чи ж навіть тому ніж нього неї нас вас них тебе тобі під через після перед цьому свою свій воно їй моє ваш той ті яка яке звідки скільки хтось ніхто тепер ні мало більше інша весь вся над між проти бо хоча лише маю має мав можуть потрібно знаю знає сказав сказала каже й із"),
    profile("bel", "Cyrl", "іўыэё", "і ў не на я што ён з як гэта а але па у за ад да яна так яго вы мы яны быў была было былі для пра або калі ўжо толькі яшчэ мне мяне ты дзе ёсць няма вельмі іх яе які можа быць таксама"),
    profile("bul", "Cyrl", "ъ", "и в не на аз че той с как това а но по за от до тя така го вие ние те беше ще да се са си е или ако вече само още ми ме ти кога къде има няма много им при който които може му със във какво този един съм сме сте бях бяха имам имаш имаме имат мен теб него нея нас вас мой твой негов нейния наш кой защо тук там сега после винаги никога нещо нищо всичко всички всеки тази онзи друг добре голям трябва искам иска мога без също днес утре вчера я й ги когато моя тези бъде бъдат бил имаше могат знам знае казвам казва каза прави отива дойде то тях ни ви коя кое кои колко някой никой малко друга преди след против според чрез между защото макар"),
    profile("mkd", "Cyrl", "ѓќѕљњџј", "и во не на јас дека тој со како ова а но по за од до таа така го вие ние тие беше ќе да се е или ако веќе само уште ми ме ти кога каде има нема многу им при кој кои може му што овој еден сум си сме сте бев беа биде бидат бил имам имаат имаше можам можат сакам сака треба знам знае велам вели рече прави оди дојде оваа овие тоа оној мој моја твој мене тебе него неа нас вас нив те ја ве ги ни која кое зошто колку нешто некој ништо никој никогаш секогаш сега потоа тука таму добро малку друг друга секој сите пред против според преку меѓу бидејќи иако денес вчера утре"),
    profile("srp", "Cyrl", "ђћљњџј", "и у не на ја да он са како ово а али по за од до она тако га ви ми они био била је су се ће или ако већ само још ме ти када где има нема много им при који које може му што овај један сам си бити смо сте било били ћу имам имају могу морам мора хоћу жели желим знам зна рекао каже ради ова ови тај та то онај свој његов њихов мој моја твој наш мене тебе њега њу нас вас њих те их јој нам вам шта ко која куда зашто колико нешто неко ништа нико никад увек сада онда овде тамо добро врло мало други друга сваки сви све пред после против према преко између јер иако данас јуче сутра није нисам"),
    profile("kaz", "Cyrl", "әғқңөұүһіыэ", "және бұл мен да де бір үшін болып еді ол деп бар жоқ емес осы сол оның менің сен біз олар керек қазір кейін туралы бірақ өте не қалай дейін болды болады маған саған оған бізге сізге мені сені оны бізді менде мына анау кім қашан неге қайда қандай мұнда онда енді әрқашан ешқашан бәрі барлық басқа жақсы үлкен көп аз бүгін ертең кеше тағы болған едім емеспін ғой ма ме ба бе па пе арқылы дейді деді мүмкін сияқты соң бойынша"),
    profile("kir", "Cyrl", "ңөүыэ", "жана бул менен да бир үчүн болуп эле ал деп бар жок эмес ошол анын менин сен биз алар керек азыр кийин жөнүндө бирок абдан болгон"),
    profile("tat", "Cyrl", "әҗңөүһыэ", "һәм бу белән да дә бер өчен булып иде ул дип бар юк түгел шул аның минем син без алар кирәк хәзер соң турында ләкин бик мин бул миңа сиңа аңа безгә сезгә бездә кем нәрсә кайчан кайда ничек монда анда бүген иртәгә кичә бөтен һәр яхшы күп аз кебек шулай булган булды булачак итә идем түгелме ич инде тагын әле үз үзе"),
    profile("bak", "Cyrl", "әҙҫғҡңөүһыэ", "һәм был менән да бер өсөн булып ине ул тип бар юҡ түгел шул уның минең һин беҙ улар кәрәк хәҙер һуң тураһында бик"),
    profile("mhr", "Cyrl", "ҥӧӱыэ", "да дене гыч тиде мый тый тудо ме те ынде уке огыл шке мо вара гын мыйын тыйын пеш кызыт лач кунам нине нуно ты кугу мемнан тендан тудын нунын молан кушто кузе могай кажне чыла эре нигунам таче эрла теҥгече сай поро шуко ятыр кӱлеш ом от огеш огына улына улат улам лийын лиеш ыле"),
    profile("mon", "Cyrl", "өүэы", "энэ нь юм ба бол байна би тэр вэ гэж чи та бид юу ч болно байсан шиг хийх дээр ийм их өөр нэг бас тэд миний чиний түүний надад танд хэн хэзээ хаана яаж энд тэнд одоо дараа үргэлж бүх сайн бага өнөөдөр маргааш өчигдөр маш гэхдээ учир байгаа байх болсон хэрэгтэй чадна ёстой үгүй биш уу үү"),
    profile("tgk", "Cyrl", "ғӣқӯҳҷэ", "ва дар ба аз ки ин бо аст барои он як худ то ҳам буд шуд ҳар мо ман ӯ шумо онҳо нест"),
    profile("hin", "Deva", "", "है के में की और से का को पर यह हैं था थी थे वह ने कि इस भी एक नहीं हो गया लिए साथ तो ही क्या बाद रहे रहा रही अपने जो तक कर दिया करने हुए मेरे मुझे आप हम तुम उसे मगर लेकिन कोई कुछ मैं उस ये वे मेरा मेरी तुम्हें तुम्हारा आपका आपको हमें हमारे हमारा उसका उसकी उसके उन उन्हें उनका उनके इसे इसका इसके इन इनके कौन कब कहाँ कहां कैसे क्यों कितना जिस जिसे जब तब अब यहाँ यहां वहाँ वहां आज कल बहुत सब सभी हर अच्छा अच्छी बड़ा या अगर क्योंकि इसलिए पहले बीच बारे लिये द्वारा करना करता करते किया होता होती होते हूँ हूं हुआ हुई गए जा जाता कहा चाहिए सकता सकते मत सिर्फ अपना अपनी"),
    profile("mar", "Deva", "ळ", "आहे आणि या ते हे तो मी की ही नाही होते होता तर त्या त्याने साठी एक आहेत मला तुम्ही आम्ही तू ती काय का पण केले करून आपण माझे माझा होती त्यांनी च"),
    profile("nep", "Deva", "", "छ र को मा ले लाई पनि हो छन् यो भएको गर्न थियो त्यो म हामी तिमी तपाईं उनी एक गरेको भने तर छैन के कि बाट सँग हुन् गर्ने मेरो"),
    profile("bho", "Deva", "", "बा के में से आ ई रहे कइल भइल हम तू लोग बाटे खातिर ओकर हमार नइखे रउआ"),
    profile("san", "Deva", "ऽ", "च न अस्ति सः अपि एव इति तत् अहं तु एतत् सा भवति किम् यत् सन्ति"),
    profile("heb", "Hebr", "", "את של על לא זה אני הוא היא עם כי אם יש אין גם מה אבל או כל אל הם אנחנו אתה אתם זו זאת היה הייתה היו לי לך לו לה להם כמו רק עוד כאן שם מי איך למה איפה מתי בין אחרי לפני עד כבר מאוד יותר אשר הזה הזאת שלי שלך שלו שלה אותו אותה כך"),
    profile("yid", "Hebr", "װױײ", "די דער דאס דעם איז און אין פון צו נישט ניט איך דו ער זי מיר מיך דיר דיך אים האט האסט האבן מיט אויף וואס ווי אז אבער צי וועט וועל וועלן זיין זייער מיין דיין זיך אויך נאר שוין דא דארט ווען ווער וואו פאר ביי נאך קיין א אן עס זענען געווען קען קענט קענסט וויל דארף איר אונדז הייסט גוט"),
    profile("eng", "Latn", "", "the of and to in is that it was for on with as are be this have from or had by but not what all were we when your can said there which their will would about if up out them then she he his her him they you been has who more no so into its only do did my me i don how am could should than these our where why does must may us here now always never something nothing everything everyone every other good very much without also today tomorrow yesterday too still already before after because let t didn isn m s going want know think being done shall might say says get gets got go goes went gone come came make makes made take took taken see saw seen knew known thought give gave given use used mine yours hers ours theirs whom whose whether someone nobody none often thus well bad better best many most few little less least another each same both either neither during against according although though since while until unless just yet again ago day year years time first last new over under above below between among through within upon off down away back such per own compared total"),
    profile("fra", "Latn", "àâæçéèêëîïôœùûüÿ", "le la les de des du et un une en est que qui dans pour il elle ne pas sur au aux ce cette ces par plus avec se son sa ses sont nous vous ils elles je tu mais ou où on été être fait leur leurs tout très bien comme si même sans y d l qu c n j s m mon ma mes moi toi lui quoi cela ça avait était ont suis avez es sommes êtes étais serai ai as a avons me te ton notre votre quand pourquoi comment ici là maintenant alors toujours jamais quelque rien tous chaque cet autre grand faire peux peut veux veut dois doit faut aussi aujourd demain hier trop encore déjà avant après parce chez vers entre"),
    profile("deu", "Latn", "äöüß", "der die das und ist in zu den von mit nicht ein eine einen einem einer des dem sich auf für im es ich er sie wir ihr auch als an nach wie aus bei war hat dass noch nur oder aber vor zum zur über so wenn kann werden wird sind haben mich mir dich du was wer hatte mein sehr durch unter bin bist seid waren werde habe hast ihn uns euch ihnen dir ihm dein sein unser wann warum wo wohin hier dort da jetzt dann immer nie etwas nichts alles alle jeder dieser diese dieses andere gut groß machen muss müssen will wollen können soll ohne heute morgen gestern viel schon wieder weil ob doch kein keine ins am beim vom"),
    profile("spa", "Latn", "áéíñóúü", "el la los las de del y que en un una es se no por con para su sus al lo como más pero le ha o este esta sin sobre ya entre cuando muy también hasta hay donde desde todo nos ni yo mi tu él ella ellos me te está son fue qué eso usted tiene ser era había están soy eres somos eran será tengo tienes tenemos tienen he has hemos han les nuestro quién cuándo dónde cómo aquí allí ahora después siempre nunca algo nada todos cada ese aquel otro bien hacer hace puedo puedes puede quiero quiere debo debe hoy mañana ayer estoy estás estaba mucho tan aún antes porque creo voy va ustedes fueron estado tenía pueden quieres sé sabe sabes hago dijo dice decir vas vamos van ir estos estas esa aquella nuestra mis tus nosotros ellas os conmigo contigo cuál cuánto alguien nadie entonces ahí así mal mejor mucha muchos poco otra otros mismo todas toda durante contra según hacia aunque pues si solo sólo tanto todavía además gran parte años vez"),
    profile("por", "Latn", "áâãàçéêíóôõú", "o a os as de do da dos das e que em um uma é se não por com para seu sua no na nos nas ao mais mas como foi ele ela eles são tem ou este esta isso isto você eu me te muito também até já quando sem sobre entre pelo pela ser está minha meu estava há nós sou és somos era eram será tenho tens temos têm tinha havia lo lhe teu nosso quem quê onde aqui ali agora depois sempre nunca algo nada tudo todos cada esse aquele outro bem fazer faz posso podes pode quero quer devo deve hoje amanhã ontem estou estás tão ainda antes porque acho vou vai vocês dele dela gosto foram estamos estão podem sei sabe faço disse diz dizer vamos vão ir estes estas aquela aquilo nossa tua vós elas lhes qual quanto alguém ninguém então lá assim mal melhor muita muitos pouco outra outros mesmo todas toda durante contra segundo embora só tanto além grande parte anos vez pelos pelas num numa deles"),
    profile("glg", "Latn", "áéíñóúü", "o a os as de do da dos das e que en un unha é se non por con para seu súa no na nos nas ao máis mais pero como foi el ela eles son ten ou este esta iso isto vostede eu me te moito tamén ata xa cando sen sobre entre polo pola ser está miña meu estaba hai nós estou estás ti min teu noso quen onde aquí alí agora despois sempre nunca algo nada todo todos cada ese aquel outro ben facer fai podo podes pode quero quere debo hoxe mañá onte moi tan aínda antes porque creo vai vou dunha nunha xente fixo díxolle á ás aos eres somos era eran foron están teño tes temos teñen tiña poden sei sabe fago dixo di dicir vas van ir estes estas aquela aquilo nosa túa vós elas lle lles cal canto alguén ninguén entón así mal mellor moita moitos pouco outra mesmo todas durante contra segundo só tanto ademais debe gran parte anos vez polos polas nun dun"),
    profile("ast", "Latn", "áéíñóúüḥḷ", "el la los les de del y que en un una ye nun por con pa so sos al lo como más pero foi tien o esti esta ensin sobre yá ente cuando mui tamién hasta hai onde dende too yo mio él ella ellos me te ta son qué eso pola polos na nel"),
    profile("ita", "Latn", "àèéìòù", "il lo la i gli le di del della dei delle e che in un una è si non per con su da al alla ma come più anche sono ha o questo questa nel nella se ci io tu lui lei noi voi loro mi ti dal era essere molto quando perché chi cosa stato hanno mio mia suo sua ho hai dove tutto ne sei siamo siete ero erano sarà abbiamo avete avevo aveva vi li tuo nostro qui lì ora adesso poi sempre mai qualcosa niente tutti ogni quello altro bene grande fare fa posso puoi può voglio vuole devo deve senza oggi domani ieri sto sta stai nell dell troppo così ancora già prima dopo degli stata stati avere possono vuoi so sai sa faccio detto dice dire vado va andare venire questi queste quella quelli quelle nostra vostro tua suoi sue miei me te quale quanto qualcuno nulla nessuno allora qua là male meglio molta molti poco altra altri altre stesso tutta tutte durante contro secondo verso solo tanto inoltre parte anni volta dagli dalle dalla negli nelle sul sulla sui col tra fra però mentre quindi proprio"),
    profile("cat", "Latn", "àçèéíïòóúü", "el la els les de del dels i que en un una és es no per amb a al seu seva als com més però ha o aquest aquesta sense sobre ja entre quan molt també fins hi on des tot ens ni jo meu ell ella ells em et està són va què això vostè té ser era han estat perquè sóc ets som sou seré eren tinc tens tenim tenen vaig vas vam van us li ho teu nostre qui aquí allà ara després sempre mai alguna res tots cada aquell altre bo bé gran haver fer puc pots pot vull vol cal avui demà ahir estic estàs pel pels estava tenia has havia poden vols sé sap saps fa faig dir diu anar aquests aquestes aquella allò nostra meva teva seves seus vosaltres nosaltres elles quin quina quant algú ningú llavors així millor molta molts poc altra altres mateix totes tota abans durant contra segons cap encara doncs si només tant part anys vegada"),
    profile("oci", "Latn", "àáçèéíïòóúü", "lo la los las de del dels e que en un una es se non per amb a al son sa coma mai mas o aqueste aquesta sens sus ja entre quand fòrça tanben fins i ont tot nos ni ieu mon el ela eles me te foguèt çò aquò vos pas ai aquel totes aquí ara soi ei aqueth totjorn mès avètz avem quauquarren jamai deman uèi ben plan pòt cal vòl fa cossí perqué qual lor mieu tieu"),
    profile("ron", "Latn", "ăâîșşțţ", "și si de la în in a cu nu pe este un o care să sa din mai ce că ca au fost pentru sunt ale al lui ei sau dar prin după dacă când ea el eu tu noi voi ne te îl le mă am ai are era foarte fi cum unde acest această acesta lor despre ești suntem sunteți eram erau vei vom avem aveți aveam mi ți îi vă meu tău său nostru cine aici acolo acum apoi mereu niciodată ceva nimic tot toți fiecare acel alt bine mare trebuie vreau vrea pot poate fără azi mâine ieri mult încă deja într dintr iar doar face fac știu avea avut poți vrei știi știe făcut spus zis spune merge duc acești aceste acea acela asta ăsta noastră vostru mea ta mei mele îmi îți își se cât cineva nimeni întotdeauna atunci așa rău multă mulți puțin altă alți alte toată toate înainte contra spre până deși ani dintre între unui unei unor cele cei cel"),
    profile("lat", "Latn", "āēīōū", "et in est non ad ut cum sed qui quae quod ex de ab si nec esse sunt hoc per pro eius me te ego tu se ille quid nihil erat omnia autem enim etiam aut mihi tibi nos atque quam"),
    profile("nld", "Latn", "éëïóöüè", "de het een en van is in dat op te zijn met voor niet die aan er om ook als maar bij dan hij ze zij we wij ik je jij u nog naar heeft hebben was werd wordt door over of uit deze dit wat wie waar meer al kan mijn hem haar hun geen zo mij moet had heb ben bent waren hebt word wil kun kunnen zal zou moeten mag me ons jullie hen jouw onze wanneer waarom hoe hier daar nu toen altijd nooit iets niets alles iedereen elke andere goed groot veel zonder vandaag morgen gisteren erg heel zeer weer mensen weet ga gaat doen doet komt maken tot onder tegen jou geweest hadden kon zullen zouden willen wilde worden gaan kom kwam zie ziet zeg zegt zei doe maak maakt iemand niemand meest weinig ander zelf dezelfde voordat na tussen omdat hoewel welke jaar"),
    profile("afr", "Latn", "êëïôûéö", "die en van is in dat op te met vir nie wat aan om ook as maar by dan hy sy ons ek jy u nog na het was word deur oor of uit hierdie dit wie waar meer al kan my hom haar hulle geen so moet had baie daar sal julle jou hul wees gehad kon sou wil wou mag gaan kom sien weet sê doen maak niks niemand iemand iets altyd nooit nou hier toe meeste min ander elke self dieselfde voor ná tussen teen sonder omdat hoewel wanneer hoekom hoe watter vandag gister môre jaar jare reeds slegs net"),
    profile("fry", "Latn", "âêîôûúë", "de it in en fan is dat op te mei foar net dy oan der om ek as mar by dan hy se wy ik do noch nei hat hawwe wie waard troch oer of út dizze dit wat hwa wêr mear kin myn har gjin sa moat hie bin"),
    profile("nds", "Latn", "äöü", "de dat un is in to den vun mit nich en een sik op för ik he se wi ji ok as an na ut bi weer hett noch bloots oder aver vör över so wenn kann warrt sünd hebbt mi di du wat woans keen dor nu"),
    profile("swe", "Latn", "åäöé", "och i att det som en på är av för med till den har de inte om ett han hon jag vi ni du men var sig från vid så kan när hade än nu ska skulle blev detta mig min mitt dig din vad eller efter också bara mycket under utan där här alla vara blir vill ville kunde måste honom henne oss er dem hans hennes vår deras vem varför hur då alltid aldrig något ingenting allt varje denna god bra stor lite därför vet tror gör gå ingen sin sitt igen ut in upp inga några"),
    profile("dan", "Latn", "æøåé", "og i at det som en på er af for med til den har de ikke om et han hun jeg vi du men var sig fra ved så kan når havde nu skal skulle blev dette mig min mit dig din hvad eller efter også kun meget under uden der her alle være hvor hvis noget hvorfor nogen bliver vil ville kunne må måtte ham hende os jer dem hans hendes vores deres hvem hvornår hvordan da altid aldrig ingenting alt hver denne god godt lidt fordi kender tror gør gå år mine dit dine jeres sin sit sine disse hvilken hvilket været blevet haft bør gjorde gøre siger sagde sige vidste går gik kommer kom komme får fik få ser se tager tog bare mere mest nogle ingen intet anden andet andre samme selv før over mellem mod gennem siden selvom end dag morgen mange stor store lige igen tilbage op ud ind ned"),
    profile("nor", "Latn", "æøåéòó", "og i å at det som en på er av for med til den har de ikke om et han hun jeg vi du men var seg fra ved så kan når hadde nå skal skulle ble dette meg min mitt deg din hva eller etter også bare mye under uten der her alle være hvor hvis noe hvorfor ei eg ikkje ein me dei frå dere blir vil ville kunne må måtte ham henne oss dem hans hennes vår deres hvem hvordan da alltid aldri ingenting alt hver denne god bra litt fordi vet tror gjør gå noen ingen sin igjen mine ditt dine vårt våre sitt sine disse hvilken hvilket vært bli blitt hatt bør gjorde gjøre sier sa si visste går gikk kommer kom får fikk ser tar tok kun mer mest intet annen annet andre samme selv før over mellom mot gjennom siden enn år mange godt stor store tilbake opp ut inn ned ho kva kven kvar kvifor korleis nokon noko berre mykje eit vart seier"),
    profile("isl", "Latn", "áðéíóúýþæö", "og í að það sem er á af til með við um ekki hann hún ég þú en var sér frá hefur þegar ef þetta mig mér þig þér hvað eða eftir líka bara mjög þar hér allir vera hvar hvers eru því voru"),
    profile("fao", "Latn", "áðíóúýæø", "og í at tað sum er á av til við um ikki hann hon eg vit tú men var seg frá hevur tá hetta meg mær teg tær hvat ella eftir eisini bara sera har her øll vera hvar eru tí vóru"),
    profile("fin", "Latn", "äöå", "ja on ei se että oli hän en ovat mutta joka mitä kun niin minä sinä me te he ole tai myös vain jos kuin sen hänen minun sinun tämä olen olet voi ollut mikä miksi missä nyt jo vielä ennen kanssa sitä minua mukaan sekä olemme olette olivat minulla sinulla hänellä meillä sinua häntä meitä heitä meidän heidän kuka milloin mihin miten kuinka täällä siellä sitten aina koskaan jotain kaikki tuo toinen hyvä hyvin iso pitää täytyy haluan haluaa voin ilman tänään huomenna eilen paljon liian pois et emme eivät tuli ne niitä siitä tässä olla olin olit olimme olisi olkoon ette älä minut sinut hänet meidät teidät heidät teillä heillä minulle sinulle hänelle meille minusta sinusta hänestä teidän nämä nuo niiden tätä tästä tähän siihen siinä sille sillä jotka jota jonka jossa josta ketä kenen minkä mistä koska vaikka eikä vai näin noin enää usein joskus silloin tänne sinne kaikkia kukaan mitään joku muut muu itse oma saa saada saanut piti voit voisi voivat tulee mennä meni tehdä teki sanoi vähän ihan juuri jälkeen vuonna koko yksi kaksi"),
    profile("est", "Latn", "äõöüšž", "ja on ei see et oli ta ma sa me te nad aga kes mis kui siis mina sina ole või ka ainult ning selle tema minu sinu olen oled võib olnud miks kus nüüd juba veel enne koos seda mind oma pole väga mida oleme olete olid mul sul tal meil neil sind teda meid neid meie teie nende millal kuhu kuidas siin seal alati kunagi midagi kõik iga teine hea hästi suur pean peab tahan tahab saan saab võin ilma täna homme eile palju ära nagu need sellest olin olime oleks polnud olla mulle sulle talle meile teile neile teil selles keda kelle mille kust sest kuigi ega nii enam siia sinna kõiki keegi ise sai saada pidi võivad tuleb tuli läheb läks teha tegi ütles vähe liiga just pärast järgi aasta kogu üks kaks mitte peale üle juures vastu poolt"),
    profile("hun", "Latn", "áéíóöőúüű", "a az és hogy nem is egy van volt ez azt csak de ha már meg el ki én te ő mi ti ők mint még vagy fel lesz kell nagyon itt ott mit miért hol amikor után között szerint minden ezt nincs vannak neki nekem engem aki ami be le vagyok vagyunk vagytok voltam voltak lennék neked nekünk téged őt minket őket enyém mikor hova hogyan most aztán mindig soha valami semmi mindenki más jó jól nagy akarok akar tudok tud tudom nélkül ma holnap tegnap sok túl majd se sem mert lehet volna szeretem"),
    profile("pol", "Latn", "ąćęłńóśźż", "i w nie na że się z do to jest jak o ale po a za od co tak go on ona jego jej my wy oni ja ty był była było były dla czy lub jeśli już tylko jeszcze mnie mi ci cię kiedy gdzie ma bardzo ich przez przy aby który które może mu ze być tego tym są ten ta jestem jesteś jesteśmy byłem będzie będę będą mam masz mamy mają ciebie nas was nich mój twój nasz kto dlaczego dokąd tutaj tu tam teraz potem zawsze nigdy coś nic wszystko wszyscy każdy inny dobrze duży muszę musi chcę chce mogę możesz można bez też dzisiaj dziś jutro wczoraj dużo właśnie ponieważ nawet więc jednak przed nad pod sobie tej tych"),
    profile("ces", "Latn", "áčďéěíňóřšťúůýž", "a v ne na že se z do to je jak o ale po za od co tak ho on ona jeho její my vy oni já ty byl byla bylo byli pro nebo jestli už jen ještě mě mi ti tě když kde má velmi jejich při aby který které může mu ze být toho tím jsou ten ta jsem není s k si bych jsme jste bude budu budeš ji jim nám vám něm nich můj tvůj náš kdo kdy proč kam tady teď potom vždy nikdy něco nic všechno všichni každý tento jiný dobrý dobře musím musí mám máš mají nemá nemám jdu rád prosím taky také dnes zítra včera vím chci chce můžu můžete mne toto mezi bez tom tu tam než až"),
    profile("slk", "Latn", "áäčďéíĺľňóôŕšťúýž", "a v nie na že sa z do to je ako o ale po za od čo tak ho on ona jeho jej my vy oni ja ty bol bola bolo boli pre alebo ak už len ešte ma mi ti ťa keď kde má veľmi ich pri aby ktorý ktoré môže mu zo byť toho tým sú ten tá som s k si by sme ste bude budem budeš ju im nám vám nej nemu nich môj tvoj náš kto kedy prečo kam tu tam teraz potom vždy nikdy niečo nič všetko všetci každý tento iný dobrý dobre musím musí mám máš majú nemá nemám idem rád prosím tiež dnes zajtra včera viem chcem chce môžem môžete mňa toto medzi bez budú máme máte mal môžu chcel vie vedel robiť ísť ide išiel povedal táto títo tieto tí tie tomu tom tej svoj svoju moja moje tvoja naša váš ono nás vás mne tebe nimi ním ňou ktorá ktorého koľko niekto nikto veľa málo iná pred počas proti podľa cez pretože keby hoci iba treba neviem nemôžem nebol nebolo rokov roku"),
    profile("slv", "Latn", "čšž", "in v ne na da se z do to je kot o ampak po za od kaj tako ga on ona njegov mi vi oni jaz ti bil bila bilo bili ali če že samo še me mene te ko kje ima zelo jih pri ki ker lahko mu iz biti tega so ta sem ni s k si bi sta pa smo ste bo bom boš jo jim nam vam njej njemu njih moj tvoj naš kdo kdaj zakaj kam tukaj tam zdaj potem vedno nikoli nekaj nič vse vsi vsak tisti drug dober dobro lep velik moram mora morate imam imaš imajo nima nisem nisi niso grem rad rada prosim tudi danes jutri včeraj toda med nad brez sva bomo bodo imamo imel hočem hoče želim vem ve vedel delati gre šel rekel pravi temu tem tista tisto svoj svojo njen njihov moja moje tvoja naša vaš one tebe nas vas meni tebi ji njim njo kako kateri katera koliko nekdo nihče veliko malo druga pred proti zaradi čez čeprav treba nismo let leta torej oziroma bosta"),
    profile("hrv", "Latn", "čćđšž", "i u ne na da se s do to je kao o ali po za od što šta tako ga on ona njegov mi vi oni ja ti bio bila bilo bili ili ako već samo još me mene te kad kada gdje gde ima jako vrlo ih pri koji koje može mu iz biti toga su taj ta sam nije k si bi ću će jesam jesi smo ste ćeš ćemo bih tebe njega nje nas vas moj tvoj naš tko ko zašto kamo ovdje tamo sada onda uvijek uvek nikad nešto ništa sve svi svaki ova ovaj drugi dobro velik moram mora hoću želim želi mogu možeš bez danas sutra jučer juče mnogo previše prije poslije zato jer bile imam imaš nemam nema nisam nisi bude budu imaju možemo morate znam zna znaš rekao kaže radi ovo ove onaj svoj svoju njegova njezin njihov moja moje naša vaš ono nju njih joj nam vam im njim njoj koja kojeg kojoj kuda kako koliko netko neko nitko niko nikada tada malo više druga posle nakon zbog protiv prema preko između kroz iako nisu nismo nego dok pa također takođe godine godina li"),
    profile("hsb", "Latn", "ćčěłńóřšžź", "a w nje na zo so z do to je kaž wo ale po za wot što tak jeho wón wona jeje my wy woni ja ty běše bě abo hač hižo jenož hišće mje mi tebje hdyž hdźe ma jara jich při kotry kotre móže jemu być su tón ta sym mamy maja njejsym njeje sy smy sće wšo wšitko wšitcy nětko něšto ničo kak kajke tu tam tež wšak wjace"),
    profile("dsb", "Latn", "ćčěłńŕšśžź", "a w nje na až se z do to jo ako wó ale pó za wót co tak jogo wón wóna my wy woni ja ty był abo lěc južo jano hyšći mě tebje gaž źo ma wjelgin jich pśi kótary móžo jomu byś su ten ta som mamy maju njejo njejsom njama sy smy sćo wšykno wšykne něnto něco nic kak kake tu tam teke wšak wěcej"),
    profile("lit", "Latn", "ąčęėįšųūž", "ir į ne kad iš yra su tai kaip o bet po už nuo kas taip jo jis ji jos mes jūs jie aš tu buvo ar jei jau tik dar man mane tau kai kur turi labai jų per kuris kurie gali jam būti to šis ta esu nėra prie apie esi esame buvau bus būsiu turiu turime jai mums jums jiems tave jį ją mus jus juos mano tavo mūsų kada kodėl čia ten dabar tada visada niekada kažkas nieko viskas visi kiekvienas kitas gerai didelis reikia noriu nori galiu be šiandien rytoj vakar daug nes todėl net savo"),
    profile("lav", "Latn", "āčēģīķļņšūž", "un uz ne ka no ir ar tas kā bet pēc par kas tā viņš viņa mēs jūs viņi es tu bija vai ja jau tikai vēl man mani tev kad kur ļoti viņu pie kurš kuri var viņam būt to šis esmu nav lai tika ko esi esam biju būs būšu viņai mums jums tevi mūs manu mans tavs mūsu kāpēc šeit tur tagad tad vienmēr nekad kaut nekas viss visi katrs šī šo cits labi liels vajag gribu grib varu bez šodien rīt vakar daudz jo tāpēc pat savu neesmu"),
    profile("sqi", "Latn", "çë", "e të në që një me për nga është i dhe si se më nuk ka do ishte tij saj kjo ky ai ajo ne ju ata unë ti por ose nëse tani vetëm mua ku kur shumë duhet jam janë kam çfarë u po ta"),
    profile("tur", "Latn", "çğıöşü", "ve bir bu da de için ile çok ne o mi ben sen biz siz onlar ama daha en gibi kadar olarak var yok değil şu olan oldu onun benim senin her ya ki ise sonra nasıl neden hiç şey diye bunu bana sana ona beni mı mu iyi seni onu bizi sizi bize size bizim kim zaman niçin nerede nereye burada orada şimdi asla hepsi herkes diğer büyük yapmak istiyorum istiyor gerek lazım olmadan bugün yarın dün zaten artık hala sadece önce değilim vardı yoktu idi etti olur olacak olduğunu eder etmek musun mısın misin mü kendi bile bunun şunu sizin onların onları onlara bende sende onda bunlar şunlar buna bunda bundan veya göre beri doğru karşı fakat ancak çünkü eğer hem niye nereden hangi kaç şeyi hiçbir bazı birçok tüm bütün az pek biraz hâlâ yine tekrar değildi olmak olduğu olsun oldum ediyor eden ettiği edildi yapıyor yaptı yapılan istedi gidiyor geldi geliyor gitti dedi diyor söyledi biliyor biliyorum gerekiyor üzerinde arasında içinde tarafından kendisi iki ilk son"),
    profile("aze", "Latn", "çəğıöşü", "və bir bu da də üçün ilə çox nə o mən sən biz siz onlar amma daha ən kimi qədər olaraq var yox deyil olan oldu onun mənim sənin hər ya ki isə sonra necə niyə heç şey idi bunu mənə sənə ona məni edir bizim sizin onların səni onu bizi sizi bizə sizə onlara məndə həmin bunlar bunun buna görə əvvəl bəri qarşı lakin ancaq çünki əgər belə həm kim harada hara haradan zaman hansı neçə bəzi bütün az artıq hələ yenə indi gün dünən sabah burada orada deyildi olmaq olduğu olub olur olsun olacaq etmək etdi edən edilib edildi istəyirəm istəyir gedir gəldi gəlir getdi dedi deyir bilir bilirəm lazımdır lazım mı mi mu mü deyə üzərində arasında içində tərəfindən öz özü iki ilk son böyük yaxşı"),
    profile("tuk", "Latn", "äçňöşüýž", "we bir bu hem üçin bilen köp näme ol men sen biz siz olar emma has ýaly çenli bar ýok däl bolan boldy onuň meniň seniň her ýa eger soň nähili hiç zat diýip maňa saňa oňa"),
    profile("uzb", "Latn", "", "va bir bu ham uchun bilan juda nima u men sen biz siz ular lekin eng kabi qadar bor emas bo o uning mening sening har yoki esa keyin qanday nega hech narsa deb menga senga unga meni edi kerak"),
    profile("kur", "Latn", "çêîşû", "û li bi di de ji ku ez tu ew em hûn min te wî wê me we ne na jî bo ev yek her heye nîne lê an çi kî çawa gelek pir bûn dike ye in e bû dibe hene hebû kir dikin kirin got dibêje hat tê çû diçe xwe wan vê vî yên yê ya ser bin nav ber piştî berî gel hemû kes tişt kengî kur çima dema belê erê îro sibe niha hîn bes"),
    profile("vie", "Latn", "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ", "và của là có không được cho các một những trong với người này đã đó để tôi anh cô ở từ khi như rất đến cũng nhưng chúng ta bạn về sẽ nó hay đang làm ra vào lại thì mà ông bà đi gì"),
    profile("ind", "Latn", "", "yang dan di ini itu dengan untuk tidak dari dalam akan pada ke adalah saya dia kami kita mereka anda oleh juga karena ada bisa sudah telah atau tetapi tapi seperti lebih sangat aku kamu apa bahwa tak kau bukan sebagai belum orang hanya boleh awak harus siapa kapan mengapa kenapa mana bagaimana sini sana sekarang kemudian selalu pernah sesuatu semua setiap lain baik besar banyak sedikit ingin mau dapat tanpa hari besok kemarin sekali masih sedang punya memiliki jika kalau ketika agar supaya saat lalu lagi saja pun para sebuah seorang kerana ialah tiada ia beliau situ begini begitu namun sebab bila waktu meski meskipun walaupun sedangkan sementara hingga sampai sejak sebelum sesudah setelah selama bagi kepada luar atas bawah antara tentang menurut terhadap merupakan jangan sering kadang cuma pula paling kurang cukup terlalu beberapa seluruh berapa perlu tahu kata ujar menjadi membuat melakukan mempunyai tersebut sama sendiri satu dua baru tahun nya daripada adakah nak dah macam hendak mahu pergi datang sahaja ataupun sekiranya manakala iaitu bahawa"),
    profile("jav", "Latn", "éè", "lan ing iki kuwi sing karo kanggo ora saka bakal marang yaiku aku dheweke kowe kita uga amarga ana bisa wis utawa nanging kaya luwih banget apa yen saiki durung wong iku"),
    profile("tgl", "Latn", "ñ", "ang ng sa na at ay mga si ni ko mo siya ako ka ito kami tayo sila hindi may mayroon kung para pero o dahil lang pa nga ba niya nila namin iyon kanyang kaniya wala rin din kay ikaw po natin ano"),
    profile("ceb", "Latn", "ñ", "ang sa nga ug ni si mga ko mo siya ako ka kini kami kita sila dili adunay naa kung alang apan o kay lang pa niya nila namo kadto iyang wala usab ikaw kang unsa na gikan"),
    profile("pam", "Latn", "áéíóúý", "ing ning king ding ring karing at o na ku mu ya la ila aku ika ikami ikatamu keni ini ita nung uling ala atin e nanu ninu nokarin kapag mo ko ne keng eya pane metung oras"),
    profile("war", "Latn", "ñ", "an han nga ngan hi si mga ko mo hiya ako ka ini kami kita hira diri may kun para pero o kay la pa niya nira namon adto iya waray liwat ikaw hin ha kan hadto"),
    profile("eus", "Latn", "ñ", "eta da bat ez du ere dira hau hori zen izan baina dut zuen egin bere zer nola edo baino oso dago ni zu gu haiek zure nire dela den naiz zara duzu ditu behar gure nik nor noiz zergatik non hemen hor orain gero beti inoiz ezer dena beste ondo handi nahi ahal gabe gaur bihar atzo asko oraindik jada"),
    profile("epo", "Latn", "ĉĝĥĵŝŭ", "la kaj de en estas al ne mi vi li ŝi ĝi ni ili ke por per sed kun tiu ĉi tio kiu kio kiel se pri el ĉu oni estis estos plus pli tre mia via lia ŝia ĉar aŭ jam nur kie kiam tie tiel"),
    profile("ido", "Latn", "", "la ed di en esas a ne me vu il el lu ni li ke por per ma kun ta ica qua quo quale se pri ek ka on esis esos plu tre mea vua lua nam o ja nur ube kande ibe tale"),
    profile("ina", "Latn", "", "le de e es in que un non a al del pro con me te il illa nos vos illes io tu mi su sed o si como plus multo iste isto qui quando ubi esseva era ha pote sia anque ma"),
    profile("gle", "Latn", "áéíóú", "an na agus i a ar is go le ní tá bhí sé sí mé tú muid siad do de ag ó leis seo sin ach nó mar má cad níl raibh beidh nach don den faoi chun féin mo chuig gur"),
    profile("gla", "Latn", "àèìòù", "an na agus anns a air is gu le chan tha bha e i mi thu sinn iad do de aig bho leis seo sin ach no mar ma dè eil robh bidh nach dhan fo airson fhèin mo gun ris"),
    profile("cym", "Latn", "âêîôûŵŷ", "y yr a ac i o yn ar mae oedd ei eu ni chi nhw fi ti ef hi wedi bod am gan gyda hwn hyn ond neu fel os beth nid fydd roedd fy eich hefyd iawn sydd wrth"),
    profile("bre", "Latn", "ñùêâ", "ar an al ur un a e zo da gant ha hag me te eñ hi ni int ket ne eo oa evit war eus din dit dezhañ met pe evel ma petra bez gwelet va ho en er am"),
    profile("mlt", "Latn", "ċġħż", "il li ta u l ma f fi b bi minn għal dan din huwa hija kien kienet mhux jew imma kif jekk x aktar ħafna dawn int aħna intom huma hemm biss"),
    profile("ltz", "Latn", "äëéè", "an de den déi d dat ass vun mat net en eng sech op fir am ech hien si mir dir och als no wéi aus bei war huet nach nëmmen oder awer wann kann ginn sinn hunn"),
    profile("swa", "Latn", "", "na ya wa kwa ni katika la za cha hii huo hiyo kama kuwa yake lakini hivyo pia au mimi wewe yeye sisi wao si hata tu baada kabla bila sana kila mwa ambao ambaye yangu wake alisema kutoka huu hayo hilo vya kwamba nini yao ndani ili ninyi huyu hawa hizi hiki hivi huko hapa hapo pale yule wale ile zile lile yale kile vile bali sababu ikiwa ambayo ambazo ambacho sio alikuwa walikuwa ilikuwa kuna hakuna ana wana nina una tuna ina zina bado tayari sasa leo jana kesho wote yote zote nyingi wengi mengi mwingine wengine nyingine wangu zangu wako yako zako zake wetu yetu wenu yenu zao kati juu chini nje karibu mbele nyuma hadi tangu kuhusu dhidi"),
    profile("hau", "Latn", "ɓɗƙƴ", "da ba ne na a ta ya wani shi su mai cikin an za ce don kuma amma wannan ko kan ga sai ke wata masu yana suna ina kai mu ku ita ni yi wanda daga ake yadda idan bayan haka tun duk akwai waɗannan wancan nan can saboda domin cewa wacce waɗanda inda lokacin kafin zuwa tare tsakanin ƙarƙashin game tana muna kuna yake take suke zai zata zan sun mun kun babu wasu kowa komai sosai kawai yanzu yau jiya gobe shekara shekaru mutum mutane"),
    profile("yor", "Latn", "áàéèẹíìóòọṣúù", "ni ti o si awon ati fun ko ba wa mo pe bi naa se ninu lati je kan gbogbo yi re won a ki le sugbon ohun tabi nigba emi iwo eyi ara"),
    profile("ibo", "Latn", "ịọụṅ", "na nke ka ndi a bu ya o di n ha ihe ma maka otu si ga i anyi gi m unu onye kwuru ebe mgbe ahu niile onweghi nwere ndị bụ dị dika site"),
    profile("som", "Latn", "", "iyo oo ah ay ee ka ku in la waxa waxaa uu u soo ma si aan mid ayaa aad waxay lagu inuu isaga iyada annaga laakiin ama haddii kale badan waa leh"),
    profile("orm", "Latn", "", "fi kan akka keessa irraa irratti waan isaa jedhu ta uf ni hin haa kun sana waliin garuu yookaan isa ishee nu isaan kana jira ture tahe jechuun itti biraa keenya keessatti keessaa irra gara gidduu jidduu immoo moo yookiin yoo erga utuu hanga booda dura duuba jala gubbaa ani ati inni isheen nuti isin sun kunis kanaaf kanaan isaanii koo kee jiru jirti turan turte taee jedhe jedhan jedha miti dha ishii nama namoota namni hundi hunda baayee tokko lama amma harra kaleessa boru bara guyyaa yeroo maal eenyu eessa akkam akkamitti jedhamu godhe gochuu qaba qabu qabdi ittiin biyya mootummaa wal waliif"),
    profile("kin", "Latn", "", "mu na ku no ya wa kandi ariko ni cyangwa uyu iyi aha icyo kugira ngo yari abantu benshi cyane uko nk muri kuri bari hari ko iki nta kuko nuko niba kugeza kuva kubera si uwo aba abo iyo ibi ibyo aho ubu none ejo munsi gusa nanone buri wese bose byose zose undi abandi ikindi ibindi umuntu umwaka imyaka igihe yagize yavuze avuga bavuga ati bati agira afite bafite nyuma mbere hagati hejuru hasi imbere inyuma jye wowe we twe mwe bo wanjye yanjye wawe yawe ye wacu yacu wabo yabo ayo ubwo bya nka iryo rero bimwe bamwe byo"),
    profile("run", "Latn", "", "mu na ku no ya wa kandi ariko ni uyu iyi aha kugira ngo yari abantu benshi uko nk muri kuri bari hari ko iki nta kuko nuko niba kugeza kuva kubera si uwo aba abo iyo ibi aho ubu none ejo munsi gusa nanone buri wese bose zose undi abandi ikindi ibindi umuntu umwaka imyaka igihe yagize yavuze avuga bavuga ati bati agira afite bafite nyuma mbere hagati hejuru hasi imbere inyuma jye wowe we twe mwe bo wanjye yanjye wawe yawe ye wacu yacu wabo yabo canke cane ico ivyo vyose ayo mugabo ubwo ariho nayo uwu bamwe vya mugihe rero gutyo kiretse nka avyo iryo"),
    profile("lug", "Latn", "ŋ", "mu ku ne nga era naye oba ye bwe kye ng okuva wano oyo abantu nti gwa bya eyo mpozzi bonna ekyo buli lwa ki kubanga ate okutuuka olwa bye gwe be ze kyokka wabula singa kino kyo bino ono abo eno ezo awo ali bali tuli muli ndi yali baali kuli okuba agamba yagamba bagamba nnyo nnyini bangi omu omuntu abalala emyaka olunaku leero jjo enkya mangu bulijjo kaakano wansi waggulu munda ebweru ekiseera gye ewa byonna zonna yonna"),
    profile("sna", "Latn", "", "uye kuti mu pa ne nokuti asi kana iye ndi isu imi ivo ini iyi uyu izvi zvakare chete kubva kune vanhu vari aiva wake yavo ari ine nekuti pane ndiye ndiyo ndizvo uyo avo icho izvo apo ipapo pano uko kuno zvino nhasi nezuro mangwana sezvo kunyange saka chaizvo kwazvo zvikuru vose zvose wose yose dzose mumwe vamwe imwe dzimwe chimwe zvimwe munhu iwe wangu wako wedu wavo yangu yako yedu zvavo dzavo vaiva yaiva ane vane zvine haana havana hapana pasina pana kwete anoti vanoti akati vakati achiti riri iri kusvika pamusoro pasi mukati kunze pakati mberi shure gore makore nguva zuva mazuva aya ava idzi iwo"),
    profile("zul", "Latn", "", "ukuthi futhi kanye noma kodwa uma yena mina wena thina lo le la ngoba kakhulu njengoba ngaphandle ngemuva umuntu abantu lokhu khona kule emva ukuze kanti ngakho lapho lapha manje namuhla izolo kusasa kuphela nje ngemva ngaphambi phakathi phezu phansi ngaphakathi mayelana njenga naye nabo nayo nina bona laba leli lokho yonke bonke zonke konke lonke omunye abanye enye ezinye unyaka iminyaka wathi uthe uthi bathi ethi ukhona akukho kukhona wakhe yakhe zakhe babo yabo wethu yethu ubani yini kanjani nini"),
    profile("xho", "Latn", "", "ukuba kwaye kunye okanye kodwa xa yena mna wena thina lo le ngoba kakhulu njengoko emva umntu abantu oku khona kwi nangona ukuze kwakhona ngokuba ngexesha ke yile okokuba kananjalo ngoko kuba ngenxa xenikweni kwakhe phambi phakathi phezu phantsi ngaphakathi ngaphandle malunga ngokwe ngokubhekiselele njenge njengokuba naye nabo nayo nina bona aba eli oko apha apho ngoku namhlanje izolo ngomso kuphela nje sele sekuja yonke bonke zonke konke lonke omnye abanye enye ezinye unyaka iminyaka imini wathi uthi bathi esithi kusithi uza baza ukhona akukho kukho yayi babe ube kube wabe wakhe yakhe zakhe babo yabo wethu yethu kwiminyaka kweli kweyiphi ngubani ntoni njani nini"),
    profile("lin", "Latn", "ɛɔ", "na ya mpe ba ezali te kasi to soki ye nga yo biso bino bango oyo wana pona mpo mingi kati nyonso eza azali bazali nini ndenge epai kino ete nde bato moto mwa mobimba mokolo mikolo sika lisusu lokola nazali ozali ezalaki azalaki bazalaki kozala moko mibale wapi nani boni awa kuna sikoyo lelo lobi mbula moke ata ntango sima liboso likolo esika mosala mokonzi alobaki balobi koloba kosala kosalaka esengeli"),
    profile("pcm", "Latn", "", "dey di wey na don go for dem e no say im make wetin una abi sabi dia dis dat fit wan sey pesin pipo tok how where wia when why one all plenti kontri govment we us ova inside afta bifor sake bicos bikos from with and or but as if also still sef just only kon come in on now first year time after before take see know good new who me my you your him she her be to so their many people"),
    profile("wol", "Latn", "ñŋ", "ak ci bi mu la yi ñu am nga dafa moom ba di ni mooy lu ku gi maa ngi"),
    profile("hat", "Latn", "èò", "ak nan yo pou ki sou te pa li mwen ou nou se yon gen tout men oswa si lè sa kote anpil tankou fè"),
    profile("lfn", "Latn", "", "la e de en es a no me tu el nos vos los ce per con ma ia va esta acel cual como si plu multe mea sua o cuando do sin"),
    profile("cbk", "Latn", "ñ", "el na de ya y kay si con para ta no hay yo tu ele kame kita kamo sila este ese kon bien lang pa ay un mga tiene maga conele conmigo contigo hinde nuay gale gane ansina masquin kosa kosas ole pirmi tamen ustedes siya cosa bueno amo"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::chars::{LETTER, lookup};

    fn find(code: &str) -> usize {
        PROFILES.iter().position(|profile| profile.code == code).expect("a profile")
    }

    #[test]
    fn profiles_fit_a_set_and_each_language_has_one() {
        assert!(PROFILES.len() <= ProfileSet::BITS as usize);
        assert!((0..PROFILES.len()).all(|index| find(PROFILES[index].code) == index));
        assert_eq!(find("ara"), ARABIC);
    }

    #[test]
    fn every_function_word_is_one_word_of_letters_that_its_script_or_language_has() {
        for profile in PROFILES {
            for word in profile.words.split(' ') {
                assert!(!word.is_empty() && !folded(word).contains(' '), "{}: {word}", profile.code);
                let strange = word.chars().find(|c| lookup(*c).is(LETTER) && with_letter(*c) == 0);
                assert_eq!(strange, None, "{}: {word}", profile.code);
            }
        }
    }

    #[test]
    fn no_list_has_a_word_or_letter_twice() {
        for profile in PROFILES {
            let mut words: Vec<_> = profile.words.split(' ').collect();
            words.sort_unstable();
            assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{}", profile.code);
            let mut letters: Vec<_> = profile.letters.chars().collect();
            letters.sort_unstable();
            assert!(letters.windows(2).all(|pair| pair[0] != pair[1]), "{}", profile.code);
        }
    }

    #[test]
    fn words_are_found_as_they_fold() {
        let set = |word: &str| {
            place_of_word(xxh3_64(folded(word).as_bytes())).map_or(0, |place| words()[place as usize].profiles)
        };
        let listed = |word: &str, code: &str| set(word) >> find(code) & 1 == 1;
        assert!(listed("إِلَى", "ara") && listed("Où", "fra") && listed("كه", "fas"));
        assert!(!listed("the", "ara"));
    }
}
