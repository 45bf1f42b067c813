//! `tamis recipes`: the built-in recipes.

use clap::Args;
use tamis::config::{RECIPES, recipe_named};
use tamis::error::Error;
use tamis::report::table;

use super::{DONE, print};

/// Arguments of `recipes`.
#[derive(Debug, Args)]
pub struct RecipesArgs {
    /// The recipe to print
    pub name: Option<String>,
}

/// Lists the recipes, or prints one.
///
/// # Errors
/// When there is no recipe of that name, or stdout is closed.
pub fn run(args: &RecipesArgs) -> anyhow::Result<u8> {
    match &args.name {
        None => {
            let rows = RECIPES.iter().map(|r| vec![r.name.to_owned(), r.about.to_owned()]).collect();
            print(&table::render(&["recipe", "what it does"], rows, &[]))?;
        }
        Some(name) => {
            let names: Vec<&str> = RECIPES.iter().map(|r| r.name).collect();
            let recipe = recipe_named(name)
                .ok_or_else(|| Error::Usage(format!("there is no recipe `{name}`; there are {}", names.join(", "))))?;
            print(recipe.toml)?;
        }
    }
    Ok(DONE)
}
