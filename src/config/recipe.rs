//! Recipes: the built-in ones, files that extend them, and keys set by hand.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::{Error, Result};

use super::{BuildPlan, keys};

/// A built-in recipe.
pub struct Recipe {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its TOML, with the source of each number.
    pub toml: &'static str,
}

/// The built-in recipes; the first is the default.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        name: "default",
        about: "balanced and language-aware: clean, filter, remove duplicates",
        toml: include_str!("recipes/default.toml"),
    },
    Recipe {
        name: "raw",
        about: "read, extract and clean; keep every document that has text",
        toml: include_str!("recipes/raw.toml"),
    },
    Recipe {
        name: "dedup",
        about: "read, extract, clean and remove duplicates; no filter",
        toml: include_str!("recipes/dedup.toml"),
    },
];

/// How deep `extends` may go.
const MAX_EXTENDS: usize = 16;

/// The built-in recipe of that name.
pub fn recipe_named(name: &str) -> Option<&'static Recipe> {
    RECIPES.iter().find(|r| r.name == name)
}

/// The plan of a recipe, a built-in name or a file, with the keys of `sets` (`KEY=VALUE`) over it.
///
/// # Errors
/// [`Error::Usage`] naming file, key and what is wrong with it.
pub fn load(recipe: &str, sets: &[String]) -> Result<BuildPlan> {
    let mut table = table_of(recipe, Path::new("."), 0)?;
    for set in sets {
        let (key, value) = parse_set(set)?;
        let over = key.rsplit('.').fold(value, |inner, name| {
            let mut table = Table::new();
            table.insert(name.to_owned(), inner);
            Value::Table(table)
        });
        let Value::Table(over) = over else { unreachable!("a key has at least one name") };
        keys::check(&over, &format!("--set {set}"))?;
        merge(&mut table, over);
    }
    let plan: BuildPlan = table
        .try_into()
        .map_err(|e: toml::de::Error| Error::Usage(format!("recipe `{recipe}`: {}", e.to_string().trim())))?;
    plan.validate()?;
    Ok(plan)
}

fn table_of(recipe: &str, beside: &Path, depth: usize) -> Result<Table> {
    if depth > MAX_EXTENDS {
        return Err(Error::Usage(format!("`{recipe}`: recipes extend one another in a circle")));
    }
    let (toml, origin, folder) = match recipe_named(recipe) {
        Some(built_in) => (built_in.toml.to_owned(), format!("recipe `{recipe}`"), PathBuf::from(".")),
        None => read_file(recipe, beside)?,
    };
    let mut table: Table =
        toml.parse().map_err(|e: toml::de::Error| Error::Usage(format!("{origin}: {}", e.to_string().trim())))?;
    let base = table.remove("extends");
    keys::check(&table, &origin)?;
    match base {
        None => Ok(table),
        Some(Value::String(base)) => {
            let mut merged = table_of(&base, &folder, depth + 1)?;
            merge(&mut merged, table);
            Ok(merged)
        }
        Some(_) => Err(Error::Usage(format!("{origin}: `extends` must be the name of a recipe or a file"))),
    }
}

fn read_file(recipe: &str, beside: &Path) -> Result<(String, String, PathBuf)> {
    let path = beside.join(recipe);
    let toml = fs::read_to_string(&path).map_err(|e| {
        let names: Vec<&str> = RECIPES.iter().map(|r| r.name).collect();
        Error::Usage(format!(
            "`{recipe}` is neither a built-in recipe ({}) nor a file that can be read: {e}",
            names.join(", ")
        ))
    })?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    Ok((toml, format!("recipe `{}`", path.display()), folder))
}

/// `KEY=VALUE`, the value as TOML, or as a string where it is none.
fn parse_set(set: &str) -> Result<(&str, Value)> {
    let (key, value) = set
        .split_once('=')
        .filter(|(key, _)| !key.trim().is_empty() && key.split('.').all(|n| !n.is_empty()))
        .ok_or_else(|| {
            Error::Usage(format!("--set {set}: write it as KEY=VALUE, such as filter.length.min_words=20"))
        })?;
    let parsed = format!("v = {value}").parse::<Table>().ok().and_then(|mut t| t.remove("v"));
    Ok((key.trim(), parsed.unwrap_or_else(|| Value::String(value.to_owned()))))
}

/// Lays `over` on `table`: tables are merged, everything else is replaced.
fn merge(table: &mut Table, over: Table) {
    for (name, value) in over {
        match (table.get_mut(&name), value) {
            (Some(Value::Table(under)), Value::Table(over)) => merge(under, over),
            (_, value) => {
                table.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_recipe_is_a_valid_plan() {
        for recipe in RECIPES {
            load(recipe.name, &[]).unwrap_or_else(|e| panic!("{}: {e}", recipe.name));
        }
    }

    #[test]
    fn a_file_extends_a_recipe_and_set_goes_over_both() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        fs::write(&path, "extends = \"default\"\n[language.ara.filter.length]\nmin_words = 7\n").unwrap();
        let plan = load(path.to_str().unwrap(), &["script.Arab.filter.length.min_words=9".into()]).unwrap();
        let at = crate::filter::LIMITS.iter().position(|l| (l.rule, l.name) == ("length", "min_words")).unwrap();
        assert_eq!(plan.limits("ara", "Arab")[at], Some(7.0));
        assert_eq!(plan.limits("fas", "Arab")[at], Some(9.0));
        assert_eq!(plan.limits("eng", "Latn")[at], load("default", &[]).unwrap().limits("eng", "Latn")[at]);
    }

    #[test]
    fn a_limit_can_be_turned_off() {
        let plan = load("default", &["filter.length.min_words=off".into()]).unwrap();
        let at = crate::filter::LIMITS.iter().position(|l| (l.rule, l.name) == ("length", "min_words")).unwrap();
        assert_eq!(plan.limits("und", "Zyyy")[at], None);
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_the_nearest() {
        for (set, says) in [
            ("language.en.filter.length.min_words=3", "no text is of the language `en`"),
            ("script.Arabic.filter.length.min_words=3", "no text is of the script `Arabic`"),
            ("script.Hani.filter.length.min_words=3", "no text is of the script `Hani`"),
            ("script.Zinh.filter.length.min_words=3", "no text is of the script `Zinh`"),
            ("filter.length.min_words=-3", "a number of 0 or more"),
            ("filter.quality.max_digit_share=-0.5", "a number of 0 or more"),
        ] {
            let error = load("default", &[set.into()]).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        for code in ["language.zho", "language.ara", "language.und", "script.Jpan", "script.Hans", "script.Zyyy"] {
            load("default", &[format!("{code}.filter.length.min_words=3")]).unwrap();
        }
        let error = load("default", &["filter.lenght.min_words=3".into()]).unwrap_err().to_string();
        assert!(error.contains("`filter.length.min_words`"), "{error}");
        let error = load("default", &["min_words=3".into()]).unwrap_err().to_string();
        assert!(error.contains("`filter.length.min_words`"), "{error}");
        let error = load("default", &["language.ara.filter.length.min_word=3".into()]).unwrap_err().to_string();
        assert!(error.contains("`language.ara.filter.length.min_words`"), "{error}");
    }
}
