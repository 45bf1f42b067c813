//! Selection: which documents are kept, and which keeper each other one names.
//!
//! The rule walks all documents that passed the filters by rank: one is a keeper unless it has an edge to an earlier keeper;
//! then it is a duplicate of the most similar one, ties by rank. Members of an exact group share every pair, and two of them are
//! an edge of Jaccard 1. So the walk can go over groups, by the rank of each group's **leader**, its best-ranked member that passed:
//!
//! - *Only a leader can be a keeper.* Let m be another member of the group of leader l. If l is a keeper, m has an edge to it. If
//!   not, l has an edge to a keeper k before it; m ranks after l, hence after k, and has the same shingles: it has that edge too.
//! - *Where the leader is a keeper, every other member names it.* Similarity is at most 1, and 1 with l. A keeper k before l with
//!   similarity 1 would give l an edge as well, so l would be none; a later one loses the tie.
//! - *Else a member's keeper lies in another group,* and is the most similar among those before that member: the later the
//!   member, the more keepers to choose from, so two members of one group can name two keepers.

use crate::dedup::NO_GROUP;
use crate::dedup::rank::ranks_before;
use crate::dedup::verify::{Limits, Pair};

/// No document, no pair.
const NONE: u32 = u32::MAX;

/// What selection looks at, one value for each document in order of origin.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    /// Whether it passed the filters; the others are no keepers and name none.
    pub passed: &'a [bool],
    /// Its exact group: the index of the first document with the same folded text, [`NO_GROUP`] without text.
    pub group: &'a [u32],
    /// Its rank key under the keeper policy: see [`crate::dedup::rank::Keeper::key`].
    pub key: &'a [u64],
}

impl Documents<'_> {
    fn count(&self) -> usize {
        self.passed.len()
    }

    fn rank(&self, document: u32) -> (u64, u32) {
        (self.key[document as usize], document)
    }
}

/// How a document equals the keeper that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It names none: it is kept, or it did not pass.
    None,
    /// Folded texts are equal: `dedup.exact`.
    Exact,
    /// They are similar: `dedup.near`.
    Near,
}

/// What selection decided about one document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Index of the keeper in order of origin; its own where it is no duplicate.
    pub keeper: u32,
    /// The larger of Jaccard index and containment in the keeper; 0 where it is no duplicate.
    pub similarity: f64,
    /// Whether it is a duplicate, and how.
    pub kind: Match,
}

/// Chooses the keepers; gives one choice for each document, in order of origin.
///
/// `pairs` are the stored pairs of groups, in any order. Takes time in proportion to documents + pairs, but for sorting, and
/// beside the pairs, twice 4 bytes for each, 29 bytes a document: with the 13 of [`Documents`] 42.
///
/// # Panics
///
/// Where the slices of [`Documents`] differ in length, where a group or pair names a document that is not there, and for
/// 2³² − 1 pairs or more.
pub fn select(documents: Documents<'_>, pairs: &[Pair], limits: Limits) -> Vec<Choice> {
    assert!(documents.group.len() == documents.count() && documents.key.len() == documents.count(), "one value each");
    assert!(pairs.len() < NONE as usize, "pairs are counted in 32 bits");
    let leaders = leaders(documents);
    let mut walk = Walk { documents, pairs, limits, neighbours: Neighbours::new(&leaders, pairs, limits), leaders };
    let kept = walk.keepers();
    walk.narrow_to_keepers(&kept);
    (0..documents.count() as u32).map(|document| walk.choice(document, &kept)).collect()
}

/// The leader of each group, at the index of its first document.
fn leaders(documents: Documents<'_>) -> Vec<u32> {
    let mut leaders = vec![NONE; documents.count()];
    for document in 0..documents.count() as u32 {
        let group = documents.group[document as usize];
        if group == NO_GROUP || !documents.passed[document as usize] {
            continue;
        }
        let leader = &mut leaders[group as usize];
        if *leader == NONE || ranks_before(documents.rank(document), documents.rank(*leader)) {
            *leader = document;
        }
    }
    leaders
}

/// The pairs of each group that are an edge in one direction at least, as indices.
struct Neighbours {
    starts: Vec<usize>,
    pairs: Vec<u32>,
}

impl Neighbours {
    fn new(leaders: &[u32], pairs: &[Pair], limits: Limits) -> Self {
        let counts = |pair: &Pair| {
            let live = leaders[pair.a as usize] != NONE && leaders[pair.b as usize] != NONE && pair.a != pair.b;
            live && (pair.edge(pair.a, limits).is_some() || pair.edge(pair.b, limits).is_some())
        };
        // First each group's count, then, by a running sum, where it ends; filling from the end leaves where it starts.
        let mut starts = vec![0usize; leaders.len() + 1];
        for pair in pairs.iter().filter(|pair| counts(pair)) {
            starts[pair.a as usize] += 1;
            starts[pair.b as usize] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut filled = vec![NONE; end];
        for (index, pair) in (0u32..).zip(pairs).filter(|(_, pair)| counts(pair)) {
            for group in [pair.a, pair.b] {
                let start = &mut starts[group as usize];
                *start -= 1;
                filled[*start] = index;
            }
        }
        Self { starts, pairs: filled }
    }

    fn range(&self, group: u32) -> std::ops::Range<usize> {
        self.starts[group as usize]..self.starts[group as usize + 1]
    }
}

struct Walk<'a> {
    documents: Documents<'a>,
    pairs: &'a [Pair],
    limits: Limits,
    leaders: Vec<u32>,
    neighbours: Neighbours,
}

impl Walk<'_> {
    fn leader_rank(&self, group: u32) -> (u64, u32) {
        self.documents.rank(self.leaders[group as usize])
    }

    /// The leader across a pair of `group`.
    fn across(&self, group: u32, pair: u32) -> u32 {
        self.leaders[self.pairs[pair as usize].other(group) as usize]
    }

    /// Whether the leader of each group is a keeper.
    fn keepers(&self) -> Vec<bool> {
        let mut order: Vec<u32> =
            (0..self.leaders.len() as u32).filter(|&group| self.leaders[group as usize] != NONE).collect();
        order.sort_unstable_by_key(|&group| self.leader_rank(group));
        let mut kept = vec![false; self.leaders.len()];
        for group in order {
            // Groups that are still to come are not marked: whatever is marked ranks before.
            kept[group as usize] = !self.neighbours.pairs[self.neighbours.range(group)].iter().any(|&pair| {
                let pair = &self.pairs[pair as usize];
                kept[pair.other(group) as usize] && pair.edge(group, self.limits).is_some()
            });
        }
        kept
    }

    /// Leaves to each group whose leader is not kept, by rank, the keepers that are more similar than every one before; the rest of
    /// its range is [`NONE`]. The last of them that ranks before a member is then the one that the member names.
    fn narrow_to_keepers(&mut self, kept: &[bool]) {
        let mut found: Vec<((u64, u32), f64, u32)> = Vec::new();
        for group in 0..self.leaders.len() as u32 {
            let range = self.neighbours.range(group);
            if range.is_empty() || kept[group as usize] {
                continue;
            }
            found.clear();
            for &index in &self.neighbours.pairs[range.clone()] {
                let pair = &self.pairs[index as usize];
                let other = pair.other(group);
                if let Some(similarity) = pair.edge(group, self.limits).filter(|_| kept[other as usize]) {
                    found.push((self.leader_rank(other), similarity, index));
                }
            }
            found.sort_unstable_by_key(|&(rank, _, index)| (rank, index));
            let mut best = f64::NEG_INFINITY;
            found.retain(|&(_, similarity, _)| {
                similarity > best && {
                    best = similarity;
                    true
                }
            });
            let narrowed = found.iter().map(|&(_, _, index)| index).chain(std::iter::repeat(NONE));
            for (slot, index) in self.neighbours.pairs[range].iter_mut().zip(narrowed) {
                *slot = index;
            }
        }
    }

    fn choice(&self, document: u32, kept: &[bool]) -> Choice {
        let group = self.documents.group[document as usize];
        let own = Choice { keeper: document, similarity: 0.0, kind: Match::None };
        if group == NO_GROUP || !self.documents.passed[document as usize] {
            return own;
        }
        let leader = self.leaders[group as usize];
        if kept[group as usize] {
            return if leader == document {
                own
            } else {
                Choice { keeper: leader, similarity: 1.0, kind: Match::Exact }
            };
        }
        let narrowed = &self.neighbours.pairs[self.neighbours.range(group)];
        let before = narrowed.partition_point(|&pair| {
            pair != NONE && ranks_before(self.documents.rank(self.across(group, pair)), self.documents.rank(document))
        });
        let index =
            narrowed[before.checked_sub(1).expect("a leader that is not kept has an edge to a keeper before it")];
        let similarity = self.pairs[index as usize].seen_from(group).similarity();
        Choice { keeper: self.across(group, index), similarity, kind: Match::Near }
    }
}

/// A keeper with its duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Index of the keeper in order of origin.
    pub keeper: u32,
    /// Documents that name it, and itself.
    pub documents: u32,
    /// Distinct sites among them.
    pub sites: u32,
}

/// The keepers that have duplicates, by index. `sites` holds a hash of each document's site (else source), in order of origin.
pub fn clusters(choices: &[Choice], sites: &[u64]) -> Vec<Cluster> {
    let mut removed: Vec<u32> =
        (0u32..).zip(choices).filter(|(_, choice)| choice.kind != Match::None).map(|(index, _)| index).collect();
    let keeper = |document: u32| choices[document as usize].keeper;
    let site = |document: u32| sites[document as usize];
    removed.sort_unstable_by_key(|&document| (keeper(document), site(document), document));
    let cluster = |members: &[u32]| {
        let keeper = keeper(members[0]);
        let foreign =
            members.chunk_by(|&left, &right| site(left) == site(right)).filter(|same| site(same[0]) != site(keeper));
        Cluster { keeper, documents: members.len() as u32 + 1, sites: foreign.count() as u32 + 1 }
    };
    removed.chunk_by(|&left, &right| keeper(left) == keeper(right)).map(cluster).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dedup::rank::{Keeper, Merits};
    use crate::dedup::shingle::shingles;
    use crate::dedup::verify::{Shared, compare};

    const LIMITS: Limits = Limits { jaccard: 0.8, containment: 0.9 };

    /// A small corpus: documents with a group, and pairs of groups.
    #[derive(Clone, Debug)]
    struct Corpus {
        passed: Vec<bool>,
        group: Vec<u32>,
        merits: Vec<Merits>,
        pairs: Vec<Pair>,
    }

    impl Corpus {
        fn keys(&self, keeper: Keeper) -> Vec<u64> {
            self.merits.iter().map(|merits| keeper.key(merits)).collect()
        }

        fn select(&self, keeper: Keeper, limits: Limits) -> Vec<Choice> {
            let documents = Documents { passed: &self.passed, group: &self.group, key: &self.keys(keeper) };
            select(documents, &self.pairs, limits)
        }

        /// The similarity of `document` to `other`, ranked before it, where that makes it a duplicate.
        fn edge(&self, document: u32, other: u32, limits: Limits) -> Option<f64> {
            let (group, other) = (self.group[document as usize], self.group[other as usize]);
            if group == NO_GROUP || other == NO_GROUP {
                return None;
            }
            if group == other {
                return Some(1.0);
            }
            let pair = self.pairs.iter().find(|pair| (pair.a, pair.b) == (group.min(other), group.max(other)))?;
            pair.edge(group, limits)
        }

        /// The rule word for word, over documents.
        fn naive(&self, keeper: Keeper, limits: Limits) -> Vec<Choice> {
            let keys = self.keys(keeper);
            let mut order: Vec<u32> =
                (0..self.passed.len() as u32).filter(|&document| self.passed[document as usize]).collect();
            order.sort_by_key(|&document| (keys[document as usize], document));
            let mut choices: Vec<Choice> = (0..self.passed.len() as u32)
                .map(|keeper| Choice { keeper, similarity: 0.0, kind: Match::None })
                .collect();
            let mut keepers: Vec<u32> = Vec::new();
            for document in order {
                let mut best: Option<(f64, u32)> = None;
                for &earlier in &keepers {
                    if let Some(similarity) = self.edge(document, earlier, limits)
                        && best.is_none_or(|(most, _)| similarity > most)
                    {
                        best = Some((similarity, earlier));
                    }
                }
                let Some((similarity, keeper)) = best else {
                    keepers.push(document);
                    continue;
                };
                let equal = self.group[document as usize] == self.group[keeper as usize];
                let kind = if equal { Match::Exact } else { Match::Near };
                choices[document as usize] = Choice { keeper, similarity, kind };
            }
            choices
        }
    }

    /// Documents that fall into few groups, with merits that often tie, and pairs of groups at a range of similarities.
    fn corpus() -> impl Strategy<Value = Corpus> {
        let merits = (0u64..5, prop::option::of(-2i64..3), prop::option::of(0u8..3), 0u32..3).prop_map(
            |(chars, published, quality, source_priority)| Merits {
                chars,
                published,
                quality: quality.map(f32::from),
                source_priority,
            },
        );
        let document = (prop::bool::weighted(0.85), prop::option::weighted(0.95, 0u32..9), merits);
        let counts = (0u32..11, 0u32..6, 0u32..6).prop_map(|(shared, left, right)| Shared {
            shared,
            left: (shared + left).max(1),
            right: (shared + right).max(1),
        });
        let documents = prop::collection::vec(document, 1..26);
        (documents, prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), counts), 0..40))
            .prop_map(|(documents, drawn)| {
                let named: Vec<Option<u32>> = documents.iter().map(|document| document.1).collect();
                let first =
                    |name: &Option<u32>| named.iter().position(|other| other == name).expect("it is there") as u32;
                let group: Vec<u32> = named.iter().map(|name| name.map_or(NO_GROUP, |_| first(name))).collect();
                let mut groups: Vec<u32> = group.iter().copied().filter(|&group| group != NO_GROUP).collect();
                groups.sort_unstable();
                groups.dedup();
                let mut pairs: Vec<Pair> = Vec::new();
                for (left, right, counts) in drawn {
                    if groups.is_empty() {
                        break;
                    }
                    let (left, right) = (*left.get(&groups), *right.get(&groups));
                    let pair = Pair::new(left, right, counts);
                    let new = pairs.iter().all(|other| (other.a, other.b) != (pair.a, pair.b));
                    if left != right && new && pair.is_stored() {
                        pairs.push(pair);
                    }
                }
                Corpus {
                    passed: documents.iter().map(|document| document.0).collect(),
                    merits: documents.iter().map(|document| document.2).collect(),
                    group,
                    pairs,
                }
            })
    }

    fn limits() -> impl Strategy<Value = Limits> {
        prop_oneof![
            Just(LIMITS),
            Just(Limits { jaccard: 0.5, containment: 0.7 }),
            Just(Limits { jaccard: 1.0, containment: 1.0 }),
            (0.5f64..=1.0, 0.7f64..=1.0).prop_map(|(jaccard, containment)| Limits { jaccard, containment }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn keepers_are_those_of_the_walk_over_documents(corpus in corpus(), limits in limits()) {
            for keeper in Keeper::ALL {
                prop_assert_eq!(corpus.select(keeper, limits), corpus.naive(keeper, limits), "{:?}", keeper);
            }
        }

        #[test]
        fn the_order_of_pairs_does_not_matter(corpus in corpus(), seed in any::<u64>()) {
            let mut shuffled = corpus.clone();
            shuffled.pairs.sort_by_key(|pair| crate::dedup::mix(seed ^ u64::from(pair.a) << 32 ^ u64::from(pair.b)));
            prop_assert_eq!(corpus.select(Keeper::Longest, LIMITS), shuffled.select(Keeper::Longest, LIMITS));
        }

        #[test]
        fn removed_documents_are_verified_and_kept_ones_are_no_duplicates(corpus in corpus()) {
            for keeper in Keeper::ALL {
                let (choices, keys) = (corpus.select(keeper, LIMITS), corpus.keys(keeper));
                let kept: Vec<u32> = (0..choices.len() as u32)
                    .filter(|&document| corpus.passed[document as usize] && choices[document as usize].kind == Match::None)
                    .collect();
                for document in 0..choices.len() as u32 {
                    let choice = choices[document as usize];
                    let earlier = |&&other: &&u32| (keys[other as usize], other) < (keys[document as usize], document);
                    let edges: Vec<f64> = kept.iter().filter(earlier).filter_map(|&other| corpus.edge(document, other, LIMITS)).collect();
                    if choice.kind != Match::None {
                        prop_assert!(kept.contains(&choice.keeper));
                        prop_assert!(earlier(&&choice.keeper));
                        let similarity = corpus.edge(document, choice.keeper, LIMITS);
                        prop_assert!(similarity.is_some() && edges.iter().all(|&other| Some(other) <= similarity));
                        prop_assert_eq!(similarity, Some(choice.similarity));
                    } else if corpus.passed[document as usize] {
                        prop_assert!(edges.is_empty());
                    }
                }
            }
        }

        #[test]
        fn clusters_count_documents_and_distinct_sites(corpus in corpus(), sites in prop::collection::vec(0u64..4, 26)) {
            let choices = corpus.select(Keeper::Longest, LIMITS);
            let mut expected = Vec::new();
            for keeper in 0..choices.len() as u32 {
                let mut members: Vec<u32> = (0..choices.len() as u32).filter(|&document| choices[document as usize].keeper == keeper).collect();
                let documents = members.len() as u32;
                members.sort_by_key(|&document| sites[document as usize]);
                members.dedup_by_key(|document| sites[*document as usize]);
                if documents > 1 {
                    expected.push(Cluster { keeper, documents, sites: members.len() as u32 });
                }
            }
            prop_assert_eq!(clusters(&choices, &sites[..choices.len()]), expected);
        }
    }

    #[test]
    fn two_members_of_a_group_can_name_two_keepers() {
        // Documents 0 and 3 are equal. 1, ranked between them, is more like them than 2, which ranks before both.
        let corpus = Corpus {
            passed: vec![true; 4],
            group: vec![0, 1, 2, 0],
            merits: [50, 40, 60, 30].map(|chars| Merits { chars, ..Merits::default() }).to_vec(),
            pairs: vec![
                Pair::new(0, 1, Shared { shared: 99, left: 100, right: 140 }),
                Pair::new(0, 2, Shared { shared: 90, left: 100, right: 105 }),
            ],
        };
        let choices = corpus.select(Keeper::Longest, LIMITS);
        assert_eq!(choices[2].kind, Match::None);
        assert_eq!(choices[1].kind, Match::None);
        assert_eq!(choices[0], Choice { keeper: 2, similarity: 0.9, kind: Match::Near });
        assert_eq!(choices[3], Choice { keeper: 1, similarity: 0.99, kind: Match::Near });
    }

    #[test]
    fn a_chain_keeps_both_ends() {
        // 0 – 1 – 2: the middle is like both, the ends are not like one another.
        let counts = Shared { shared: 9, left: 10, right: 10 };
        let corpus = Corpus {
            passed: vec![true; 3],
            group: vec![0, 1, 2],
            merits: vec![Merits::default(); 3],
            pairs: vec![Pair::new(0, 1, counts), Pair::new(1, 2, counts)],
        };
        assert_eq!(
            corpus.select(Keeper::First, LIMITS).iter().map(|choice| choice.keeper).collect::<Vec<_>>(),
            [0, 0, 2]
        );
    }

    /// Shingles of a text whose words are hashed one by one.
    fn shingles_of(text: &str) -> Vec<u64> {
        let words: Vec<u64> = text.split_whitespace().map(|word| xxhash_rust::xxh3::xxh3_64(word.as_bytes())).collect();
        let mut out = Vec::new();
        shingles(&words, 5, &mut out);
        out
    }

    #[test]
    fn arabic_news_is_matched_by_its_words() {
        let report = "افتتح وزير الثقافة صباح اليوم معرض الكتاب في المدينة القديمة بحضور عدد كبير من الكتاب والناشرين \
                      وقال الوزير إن المعرض يستمر عشرة أيام ويضم أكثر من مئة دار نشر من عشرين دولة";
        let longer = format!(
            "{report} وأضاف أن الدخول مجاني للطلاب طوال أيام المعرض وأن ندوات الأطفال تقام كل مساء في القاعة الكبرى \
                              وأن جوائز القراءة توزع في اليوم الأخير على الفائزين من المدارس"
        );
        let other = "تعادل الفريقان في مباراة الأمس بعد أن سجل كل منهما هدفا في الشوط الثاني أمام جمهور ملأ المدرجات";
        let texts = [report, longer.as_str(), other, report];
        let sets = texts.map(shingles_of);
        let mut pairs = Vec::new();
        for (a, b) in [(0u32, 1u32), (0, 2), (1, 2)] {
            let pair = Pair::new(a, b, compare(&sets[a as usize], &sets[b as usize]));
            pairs.extend(pair.is_stored().then_some(pair));
        }
        let corpus = Corpus {
            passed: vec![true; 4],
            group: vec![0, 1, 2, 0],
            merits: texts.map(|text| Merits { chars: text.chars().count() as u64, ..Merits::default() }).to_vec(),
            pairs,
        };
        // The longer report contains the short one and its copy; where the first is kept, the longer one holds too much more.
        let near = Choice { keeper: 1, similarity: 1.0, kind: Match::Near };
        let own = |keeper| Choice { keeper, similarity: 0.0, kind: Match::None };
        assert_eq!(corpus.select(Keeper::Longest, LIMITS), [near, own(1), own(2), near]);
        let exact = Choice { keeper: 0, similarity: 1.0, kind: Match::Exact };
        assert_eq!(corpus.select(Keeper::First, LIMITS), [own(0), own(1), own(2), exact]);
    }
}
