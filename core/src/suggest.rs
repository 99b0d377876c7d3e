//! "Did you mean": the closest of some names, by CPython's measure.

/// Cost of one edit, and of a change of case only.
const MOVE: usize = 2;
const CASE: usize = 1;

/// Distance by insertions, deletions and substitutions; `None` beyond `max`.
fn distance(a: &[char], b: &[char], max: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) * MOVE > max {
        return None;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut last = 0;
    for (j, bc) in b.iter().enumerate() {
        let mut diagonal = j * MOVE;
        last = diagonal;
        let mut best = usize::MAX;
        for (i, ac) in a.iter().enumerate() {
            let substitute = diagonal
                + if ac == bc {
                    0
                } else if ac.eq_ignore_ascii_case(bc) {
                    CASE
                } else {
                    MOVE
                };
            diagonal = row[i];
            let edit = last.min(diagonal) + MOVE;
            last = substitute.min(edit);
            row[i] = last;
            best = best.min(last);
        }
        if best > max {
            return None;
        }
    }
    (last <= max).then_some(last)
}

/// The candidate closest to `name`, if one is close enough.
pub fn closest(name: &str, candidates: &[String]) -> Option<String> {
    const MAX_CANDIDATES: usize = 750;
    const MAX_LEN: usize = 40;
    if candidates.len() > MAX_CANDIDATES {
        return None;
    }
    let a: Vec<char> = name.chars().collect();
    if a.len() > MAX_LEN {
        return None;
    }
    let mut best: Option<(usize, &String)> = None;
    for c in candidates {
        if c == name {
            continue;
        }
        let b: Vec<char> = c.chars().collect();
        if b.len() > MAX_LEN {
            continue;
        }
        let mut max = (a.len() + b.len() + 3) * MOVE / 6;
        if let Some((d, _)) = best {
            max = max.min(d - 1);
        }
        if let Some(d) = distance(&a, &b, max) {
            best = Some((d, c));
            if d == 0 {
                break;
            }
        }
    }
    best.map(|(_, c)| c.clone())
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_what_cpython_finds() {
        let names: Vec<String> = ["bluch", "blach", "somethingelse"]
            .iter()
            .map(|s| s.to_string())
            .collect();
        assert_eq!(closest("blech", &names).as_deref(), Some("bluch"));
        assert_eq!(closest("xyz", &names), None);
    }
}
