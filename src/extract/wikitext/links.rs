//! What a link in double brackets is, told by the part before its first colon.

use crate::model::wiki_site::{CATEGORIES, FILES, MEDIA, WikiSite};

/// The longest part before a colon that is looked at, in bytes.
const MAX_PREFIX_BYTES: usize = 96;

/// Wikis in other languages that are not named by two letters.
const LANGUAGES: &str = "abr|ace|ady|ami|ang|ann|anp|arc|ary|arz|ast|atj|avk|awa|azb|ban|bar|bat-smg|bbc|bcl|bdr|be-tarask|be-x-old|\
    bew|bjn|blk|bpy|btm|bug|bxr|cbk-zam|cdo|ceb|cho|chr|chy|ckb|crh|csb|dag|dga|diq|dsb|dtp|dty|eml|ext|fat|\
    fiu-vro|fon|frp|frr|fur|gag|gan|gcr|glk|gom|gor|got|gpe|guc|gur|guw|hak|haw|hif|hsb|hyw|iba|igl|ilo|inh|jam|\
    jbo|kaa|kab|kbd|kbp|kcg|kge|knc|koi|krc|ksh|kus|lad|lbe|lez|lfn|lij|lld|lmo|ltg|lzh|mad|mai|map-bms|mdf|mhr|\
    min|mni|mnw|mos|mrj|mwl|myv|mzn|nah|nap|nds|nds-nl|new|nia|nov|nqo|nrm|nso|nup|olo|pag|pam|pap|pcd|pcm|pdc|\
    pfl|pih|pms|pnb|pnt|pwn|roa-rup|roa-tara|rsk|rue|rup|sah|sat|scn|sco|sgs|shi|shn|simple|skr|smn|srn|stq|szl|\
    szy|tay|tcy|tdd|tet|tig|tly|tpi|trv|tum|tyv|udm|vec|vep|vls|vro|war|wuu|xal|xmf|yue|zea|zgh|zh-classical|\
    zh-min-nan|zh-yue";

/// Prefixes of other wikis that readers need not see.
const WIKIS: &str = "b|c|commons|d|m|meta|mw|n|q|s|species|v|voy|w|wikibooks|wikinews|wikipedia|wikiquote|wikisource|wikispecies|\
    wikiversity|wikivoyage|wikt|wiktionary";

/// What becomes of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It goes with all that it holds: files, categories, the same article in other languages.
    Hidden,
    /// Its words are shown; so many bytes before them are not.
    Shown(usize),
}

/// What becomes of the link whose content begins `inner`.
pub(super) fn link(inner: &str, site: &WikiSite) -> Link {
    let trimmed = inner.trim_start_matches([' ', '\t']);
    let blank = inner.len() - trimmed.len();
    if let Some(rest) = trimmed.strip_prefix(['#', ':']) {
        let further = if trimmed.starts_with(':') { wiki_prefix(rest) } else { 0 };
        return Link::Shown(blank + 1 + further);
    }
    let Some(prefix) = prefix(trimmed) else { return Link::Shown(blank) };
    if matches!(site.namespace(prefix), Some(FILES | CATEGORIES | MEDIA)) || is_language(prefix.trim()) {
        return Link::Hidden;
    }
    Link::Shown(blank + wiki_prefix(trimmed))
}

/// The part before the first colon, where a colon comes before all else that has a meaning in links.
fn prefix(inner: &str) -> Option<&str> {
    let bytes = inner.as_bytes();
    let near = &bytes[..bytes.len().min(MAX_PREFIX_BYTES)];
    let end = near.iter().position(|b| matches!(b, b':' | b'|' | b']' | b'[' | b'{' | b'}' | b'<' | b'\n' | b'#'))?;
    (near[end] == b':').then(|| &inner[..end])
}

/// The length of prefixes of other wikis, such as `w:` and `w:en:`, with their colons.
fn wiki_prefix(inner: &str) -> usize {
    let mut skipped = 0;
    for _ in 0..2 {
        let rest = &inner[skipped..];
        let Some(name) = prefix(rest) else { break };
        let lower = name.trim().to_ascii_lowercase();
        let is_wiki = WIKIS.split('|').any(|known| known == lower) || (is_language(&lower) && name == lower);
        if !is_wiki {
            break;
        }
        skipped += name.len() + 1;
    }
    skipped
}

/// Whether a prefix names a language: in small letters, as titles that begin so rarely are.
fn is_language(prefix: &str) -> bool {
    let is_short = prefix.len() == 2 && prefix.bytes().all(|b| b.is_ascii_lowercase());
    is_short || LANGUAGES.split('|').any(|known| known == prefix)
}

/// The words of a link with an empty text, `[[a (x)|]]`: its target without prefix and without what tells it from others.
pub(super) fn pipe_trick(target: &str) -> &str {
    let target = target.trim().trim_start_matches(':');
    let target = prefix(target).map_or(target, |p| &target[p.len() + 1..]);
    let cut = [(" (", ')'), ("（", '）'), (" （", '）')]
        .iter()
        .find_map(|(open, close)| target.ends_with(*close).then(|| target.rfind(open)).flatten())
        .or_else(|| target.find([',', '،', '，']));
    target[..cut.unwrap_or(target.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_categories_and_other_languages_are_hidden_unless_they_are_spoken_of() {
        let site = WikiSite::new(None);
        for hidden in ["ملف:a.jpg|تصغير", "تصنيف:علوم", "fr:Mer]]", "zh-min-nan:x", " Image:b.png", "وسائط:x.ogg|y"]
        {
            assert_eq!(link(hidden, &site), Link::Hidden, "{hidden}");
        }
        for (shown, skipped) in
            [("البحر|بحر", 0), (":تصنيف:علوم", 1), ("Re: Zero", 0), ("#قسم", 1), ("wikt:كلمة", 5), (":w:en:Sea", 6)]
        {
            assert_eq!(link(shown, &site), Link::Shown(skipped), "{shown}");
        }
    }

    #[test]
    fn the_pipe_trick_cuts_what_tells_articles_apart() {
        assert_eq!(pipe_trick("عمان (الأردن)"), "عمان");
        assert_eq!(pipe_trick("بوابة:علوم، x"), "علوم");
        assert_eq!(pipe_trick("北京（中国）"), "北京");
        assert_eq!(pipe_trick("Paris, Texas"), "Paris");
    }
}
