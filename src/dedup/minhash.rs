//! MinHash signatures and band keys: documents that share many shingles are likely to share the key of a band.

use xxhash_rust::xxh3::xxh3_64;

use crate::dedup::{mix, split_mix};

/// Where the constants of the hash family come from: SplitMix64 from this seed, one value a lane.
pub const SEED: u64 = 0x7461_6d69_7300_0001;

/// Lanes that are lowered together: as AVX2 registers, five of minima, ten of constants and one of the shingle are all sixteen.
const BLOCK: usize = 40;

/// Shingles that are mixed before the lanes run over them: 1 kB, at home in the nearest cache.
const BATCH: usize = 256;

type Block = [u32; BLOCK];

/// Gives signatures of `bands` × `rows` lanes.
///
/// Lane i of a signature is the minimum over the shingles of `(x ^ mask) * factor` modulo 2³², where x is 32 bits of the mixed
/// shingle and factor is odd: a bijection, so that each shingle is as likely as any other to give the minimum, and two sets
/// agree in a lane with the probability of their Jaccard index. The result does not depend on the machine.
///
/// Source: Broder, *On the resemblance and containment of documents*, 1997; Dietzfelbinger et al., *A reliable randomized
/// algorithm for the closest-pair problem*, 1997, for hashing by one multiplication.
#[derive(Clone, Debug)]
pub struct Signer {
    bands: usize,
    rows: usize,
    masks: Vec<Block>,
    factors: Vec<Block>,
}

impl Signer {
    /// The signer for `bands` bands of `rows` rows each; a 0 is taken as 1.
    pub fn new(bands: u32, rows: u32) -> Self {
        let (bands, rows) = (bands.max(1) as usize, rows.max(1) as usize);
        let blocks = (bands * rows).div_ceil(BLOCK);
        let constants = |part: fn(u64) -> u32| -> Vec<Block> {
            let constant = |lane: usize| part(split_mix(SEED, lane as u64));
            (0..blocks).map(|block| std::array::from_fn(|lane| constant(block * BLOCK + lane))).collect()
        };
        Self {
            bands,
            rows,
            masks: constants(|value| (value >> 32) as u32),
            factors: constants(|value| value as u32 | 1),
        }
    }

    /// Numbers in a signature: bands × rows.
    pub fn lanes(&self) -> usize {
        self.bands * self.rows
    }

    /// Writes the signature of a set of shingles, given in any order and with any repeats.
    ///
    /// `signature` is cleared first and holds [`Signer::lanes`] numbers afterwards, none where there is no shingle.
    pub fn sign(&self, shingles: &[u64], signature: &mut Vec<u32>) {
        self.sign_with(best_kernel(), shingles, signature);
    }

    fn sign_with(&self, kernel: Kernel, shingles: &[u64], signature: &mut Vec<u32>) {
        signature.clear();
        if shingles.is_empty() {
            return;
        }
        signature.resize(self.masks.len() * BLOCK, u32::MAX);
        let (minima, _) = signature.as_chunks_mut::<BLOCK>();
        let mut mixed = [0u32; BATCH];
        for batch in shingles.chunks(BATCH) {
            for (mixed, &shingle) in mixed.iter_mut().zip(batch) {
                *mixed = (mix(shingle) >> 32) as u32;
            }
            kernel(minima, &self.masks, &self.factors, &mixed[..batch.len()]);
        }
        signature.truncate(self.lanes());
    }

    /// The key of each band of a signature, in order of bands; none for an empty signature.
    ///
    /// A key is the xxh3-64 of the band's index and its rows, all as little-endian u32: equal rows of two bands give two keys.
    pub fn band_keys<'s>(&self, signature: &'s [u32]) -> impl Iterator<Item = u64> + use<'s> {
        let mut bytes = Vec::with_capacity(4 * (self.rows + 1));
        signature.chunks_exact(self.rows).zip(0u32..).map(move |(rows, band)| {
            bytes.clear();
            bytes.extend_from_slice(&band.to_le_bytes());
            bytes.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
            xxh3_64(&bytes)
        })
    }
}

/// Lowers minima (first argument) by a batch of mixed shingles (last), with masks and factors between.
type Kernel = fn(&mut [Block], &[Block], &[Block], &[u32]);

/// The fastest kernel that this machine can run; all give the same.
fn best_kernel() -> Kernel {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            return lower_avx2;
        }
    }
    lower_portable
}

fn lower_portable(minima: &mut [Block], masks: &[Block], factors: &[Block], mixed: &[u32]) {
    lower(minima, masks, factors, mixed);
}

#[cfg(target_arch = "x86_64")]
fn lower_avx2(minima: &mut [Block], masks: &[Block], factors: &[Block], mixed: &[u32]) {
    #[target_feature(enable = "avx2")]
    fn vectors(minima: &mut [Block], masks: &[Block], factors: &[Block], mixed: &[u32]) {
        lower(minima, masks, factors, mixed);
    }
    // SAFETY: `best_kernel`, the only place that hands this function out, has seen that the machine has AVX2.
    unsafe { vectors(minima, masks, factors, mixed) }
}

// Always inlined: each caller compiles it for its own instruction set.
#[inline(always)]
fn lower(minima: &mut [Block], masks: &[Block], factors: &[Block], mixed: &[u32]) {
    for ((minima, masks), factors) in minima.iter_mut().zip(masks).zip(factors) {
        let mut low = *minima;
        for &shingle in mixed {
            for lane in 0..BLOCK {
                low[lane] = low[lane].min((shingle ^ masks[lane]).wrapping_mul(factors[lane]));
            }
        }
        *minima = low;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dedup::lsh::candidates;
    use crate::dedup::{BANDS, ROWS};

    /// Two sets with `shared` members in common and `alone` more in each, whose members `member` gives.
    fn two_sets(shared: u64, alone: u64, member: impl Fn(u64) -> u64) -> (Vec<u64>, Vec<u64>) {
        let left = (0..shared + alone).map(&member).collect();
        let right = (0..shared).chain(shared + alone..shared + 2 * alone).map(&member).collect();
        (left, right)
    }

    fn signature(signer: &Signer, shingles: &[u64]) -> Vec<u32> {
        let mut signature = vec![9];
        signer.sign(shingles, &mut signature);
        signature
    }

    /// Mean and mean square of estimate − Jaccard over `trials` pairs of sets; `member(trial, i)` gives member i.
    fn errors(shared: u64, alone: u64, trials: u64, member: impl Fn(u64, u64) -> u64) -> (f64, f64) {
        let signer = Signer::new(BANDS, ROWS);
        let jaccard = shared as f64 / (shared + 2 * alone) as f64;
        let errors: Vec<f64> = (0..trials)
            .map(|trial| {
                let (left, right) = two_sets(shared, alone, |index| member(trial, index));
                let (left, right) = (signature(&signer, &left), signature(&signer, &right));
                let equal = left.iter().zip(&right).filter(|(left, right)| left == right).count();
                equal as f64 / left.len() as f64 - jaccard
            })
            .collect();
        let mean = |of: fn(&f64) -> f64| errors.iter().map(of).sum::<f64>() / trials as f64;
        (mean(|error| *error), mean(|error| error * error))
    }

    #[test]
    fn the_share_of_equal_lanes_estimates_the_jaccard_index_without_bias() {
        // Small sets and large; random members, and members that stand in arithmetic progressions.
        for (shared, alone) in [(10, 5), (16, 2), (120, 60), (160, 20), (400, 100)] {
            let random = |trial, index| split_mix(trial, index);
            let progression = |trial, index: u64| {
                split_mix(1, trial).wrapping_add(index.wrapping_mul(split_mix(2, trial / 2) >> (trial % 60)))
            };
            let trials = 2000;
            for (kind, (bias, square)) in [
                ("random", errors(shared, alone, trials, random)),
                ("progression", errors(shared, alone, trials, progression)),
            ] {
                let jaccard = shared as f64 / (shared + 2 * alone) as f64;
                // The error of one estimate is that of 120 independent throws; the bias that of the mean of all.
                let expected = jaccard * (1.0 - jaccard) / 120.0;
                let spread = (expected / trials as f64).sqrt();
                assert!(bias.abs() < 4.0 * spread, "{kind} {shared}+{alone}: bias {bias}, spread {spread}");
                assert!((square / expected - 1.0).abs() < 0.25, "{kind} {shared}+{alone}: {square} for {expected}");
            }
        }
    }

    #[test]
    fn documents_above_the_limit_share_a_band() {
        let signer = Signer::new(BANDS, ROWS);
        let mut entries = Vec::new();
        let pairs = 2000;
        for pair in 0..pairs {
            // 80 to 90 of the 100 shingles of the union.
            let (shared, alone) = (80 + 2 * (pair % 6), 10 - pair % 6);
            let (left, right) =
                two_sets(u64::from(shared), u64::from(alone), |index| split_mix(u64::from(pair), index));
            for (group, set) in [(2 * pair, left), (2 * pair + 1, right)] {
                entries.extend(signer.band_keys(&signature(&signer, &set)).map(|key| (key, group)));
            }
        }
        entries.sort_unstable();
        let found = candidates(&entries, |_| 1);
        let right = found.pairs.iter().filter(|(left, right)| left % 2 == 0 && right - left == 1).count();
        assert!(right as f64 >= 0.99 * f64::from(pairs), "{right} of {pairs}");
        assert_eq!(found.pairs.len(), right, "sets without a common member are no candidates");
    }

    #[test]
    fn every_kernel_gives_the_same_signature() {
        for (bands, rows) in [(20, 6), (1, 1), (14, 8), (7, 11), (3, 27)] {
            let signer = Signer::new(bands, rows);
            for count in [1, 2, 255, 256, 257, 1000] {
                let shingles: Vec<u64> = (0..count).map(|index| split_mix(8, index)).collect();
                let by_definition: Vec<u32> = (0..signer.lanes())
                    .map(|lane| {
                        let constant = split_mix(SEED, lane as u64);
                        let hash = |&shingle: &u64| {
                            ((mix(shingle) >> 32) as u32 ^ (constant >> 32) as u32).wrapping_mul(constant as u32 | 1)
                        };
                        shingles.iter().map(hash).min().expect("there is a shingle")
                    })
                    .collect();
                let mut portable = Vec::new();
                signer.sign_with(lower_portable, &shingles, &mut portable);
                assert_eq!(portable, by_definition);
                assert_eq!(signature(&signer, &shingles), by_definition);
            }
        }
    }

    #[test]
    fn a_signature_does_not_depend_on_order_or_repeats() {
        let signer = Signer::new(BANDS, ROWS);
        let shingles: Vec<u64> = (0..700).map(|index| split_mix(4, index)).collect();
        let mut other: Vec<u64> = shingles.iter().rev().copied().collect();
        other.extend_from_slice(&shingles[..300]);
        assert_eq!(signature(&signer, &shingles), signature(&signer, &other));
        assert_ne!(signature(&signer, &shingles), signature(&signer, &shingles[1..600]));
    }

    #[test]
    fn no_shingle_gives_no_signature_and_no_key() {
        let signer = Signer::new(BANDS, ROWS);
        assert!(signature(&signer, &[]).is_empty());
        assert_eq!(signer.band_keys(&[]).count(), 0);
    }

    #[test]
    fn equal_rows_of_two_bands_give_two_keys() {
        let signer = Signer::new(BANDS, ROWS);
        let keys: BTreeSet<u64> = signer.band_keys(&[5; 120]).collect();
        assert_eq!(keys.len(), 20);
    }

    #[test]
    fn keys_are_the_same_in_every_version() {
        // They are kept on disk: a change here is a new VERSION.
        let signer = Signer::new(2, 2);
        let signature = signature(&signer, &[1, 2, 3]);
        assert_eq!(signature, [118_216_869, 310_510_267, 1_020_624_246, 2_301_856_893]);
        let keys: Vec<u64> = signer.band_keys(&signature).collect();
        assert_eq!(keys, [4_468_191_041_240_976_229, 11_477_703_464_277_527_398]);
    }
}
