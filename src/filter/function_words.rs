//! Words that hold sentences together, by language: running text is full of them, lists and menus have few.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use crate::text::fold::fold;

/// The lists, as they are written; they are folded before they are compared.
const LISTS: &[(&str, &str)] = &[
    (
        "ara",
        "في من على إلى عن مع أن إن هذا هذه التي الذي كان كانت ما لا لم قد كما أو ثم بين بعد قبل عند حتى هو هي ذلك تلك كل غير منذ خلال دون حول لكن وقد وهو وهي ولا وفي ومن على فى اللى كده مش علشان و ف ب ل ده دى دا دي هيا بس زى عشان بتاع بتاعت واللى وده يعنى بردو احنا انا",
    ),
    (
        "fas",
        "و در به از که این آن را با است برای تا بر می یک هم بود شد شده خود نیز ما او یا اما هر چه کرد باید پس بین هستند نمی",
    ),
    ("urd", "کے کی کا میں ہے اور سے کو نے پر یہ اس کہ ہیں بھی تھا ایک وہ ہو تھے نہیں جو گیا کر تو ان لیے ساتھ"),
    (
        "eng",
        "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which you were her all she there would their we him been has when who will no more if out so",
    ),
    (
        "fra",
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux ou mais comme cette elle",
    ),
    (
        "spa",
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya",
    ),
    (
        "deu",
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei",
    ),
    (
        "por",
        "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando",
    ),
    ("ita", "di e il la che in a per un è del della non i con si le da una dei nel sono al come più anche ha alla gli"),
    ("nld", "de van het een en in is dat op te zijn met voor niet die aan er om ook als bij door maar uit naar"),
    ("rus", "и в не на я что с по это к как но он из за у же от для о так его все бы только еще или был мы они при"),
    ("ukr", "і в на не що з до та у як за це він по від але для про його або був ми вони при"),
    ("tur", "ve bir bu da de için ile olarak çok daha olan gibi ne ama kadar sonra en ki o mi değil her ya"),
    (
        "ind",
        "yang dan di dengan untuk pada dari ini itu dalam tidak akan adalah oleh ke juga telah sebagai bahwa atau para",
    ),
    ("swa", "ya na wa kwa katika ni la za kuwa cha hiyo huo hii kama lakini pia baada ambayo ili alisema"),
    ("hau", "da a na ta ya ce wa don ba shi kuma sun daga cikin wannan yana domin su amma"),
    ("heb", "של את על לא הוא זה עם כי היא גם אל או אם כל היה מה רק אבל יש אני הם"),
    ("hin", "के है में की से और का को पर ने यह कि हैं भी नहीं एक था तो हो कर इस जो"),
];

static FOLDED: LazyLock<BTreeMap<&'static str, Vec<u64>>> = LazyLock::new(|| {
    let hash = |word: &str| xxh3_64(word.chars().map(fold).collect::<String>().as_bytes());
    let list = |words: &str| {
        let mut hashes: Vec<u64> = words.split(' ').map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    };
    LISTS.iter().map(|(code, words)| (*code, list(words))).collect()
});

/// Hashes of the folded function words of a language, sorted; none where it has no list.
pub(super) fn function_words(code: &str) -> Option<&'static [u64]> {
    FOLDED.get(code).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_any_of_its_spellings() {
        let list = function_words("ara").unwrap();
        for word in ["على", "علي", "إلى", "الي"] {
            let folded: String = word.chars().map(fold).collect();
            assert!(list.binary_search(&xxh3_64(folded.as_bytes())).is_ok(), "{word}");
        }
        assert!(function_words("und").is_none());
    }
}
