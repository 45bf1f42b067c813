//! Classes of letters whose shapes depend on their neighbours.

/// A letter of the Arabic script, of any language that writes it; tatweel and marks are none.
pub fn is_arabic_letter(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{063f}' | '\u{0641}'..='\u{064a}' | '\u{066e}'..='\u{066f}' | '\u{0671}'..='\u{06d3}' | '\u{06d5}'
        | '\u{06ee}'..='\u{06ef}' | '\u{06fa}'..='\u{06fc}' | '\u{06ff}' | '\u{0750}'..='\u{077f}' | '\u{08a0}'..='\u{08c9}')
}

/// A mark above or below an Arabic letter.
pub fn is_arabic_mark(c: char) -> bool {
    matches!(c, '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e4}')
}

/// A character of the scripts of India and their neighbours, which form conjuncts.
pub fn is_indic(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}
