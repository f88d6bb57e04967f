//! Shows a small text as characters, as words and as pieces of words: how many outputs a network would
//! need, how long the text is, and what becomes of words that it never saw.

use std::error::Error;

use pictures::bar;
use tokenizer::Tokenizer;

const TEXT: &str = "The cat sat by the door. Two cats sat in the barn, and the cat by the door saw the cats in \
    the barn. A dog ran by. The dogs in the barn barked, and the dog barked at the cat. The cat ran \
    in, and the cats ran out. Then the dogs ran, and the dog ran, and the barn was still. The cat \
    napped by the door. The dogs napped in the barn. So the dog napped, and the cats sat still.";
const NEW: &str = " The cats and dogs barked at two doors.";

fn main() -> Result<(), Box<dyn Error>> {
    let characters = Tokenizer::characters(TEXT);
    let words = Tokenizer::words(TEXT, usize::MAX);
    let pieces = Tokenizer::byte_pairs(TEXT, 256 + 32);

    anstream::println!(
        "                 different   tokens of a text of {} characters",
        TEXT.len()
    );
    let all = [("characters", &characters), ("words", &words), ("pieces", &pieces)];
    for (name, tokenizer) in all {
        let length = tokenizer.encode(TEXT)?.len();
        let share = bar(length as f64 / TEXT.len() as f64, 40);
        anstream::println!("{name:14} {:8} {length:10}  {share}", tokenizer.vocabulary());
        assert_eq!(tokenizer.decode(&tokenizer.encode(TEXT)?)?, TEXT);
    }
    anstream::println!("(Of the words one is <unk>; of the pieces 256 are the bytes.)");
    assert!(words.encode(TEXT)?.len() < pieces.encode(TEXT)?.len());
    assert!(pieces.encode(TEXT)?.len() * 2 < characters.encode(TEXT)?.len());

    anstream::println!("\nWhat they make of{NEW:?}, two words of which are new to them:");
    for (name, tokenizer) in all {
        anstream::println!("{name:14} {}", cut(tokenizer, NEW)?);
    }
    assert!(words.decode(&words.encode(NEW)?)?.contains("<unk>"), "what was new is lost");
    assert_eq!(pieces.decode(&pieces.encode(NEW)?)?, NEW, "nothing is lost");
    assert!(characters.encode("It's ok!").is_err(), "letters can be new, too");
    assert!(pieces.encode("It's ok!").is_ok());

    anstream::println!("\nDoes the network know one of these from the other, to begin with?");
    for (name, tokenizer) in all {
        let [one, many] = [" door", " doors"].map(|word| tokenizer.encode(word));
        let (one, many) = (one?, many?);
        let lost = if tokenizer.decode(&many)? == "<unk>" { ": <unk>" } else { "" };
        anstream::println!("{name:14} door {one:?}  doors {many:?}{lost}");
        assert_eq!(many.starts_with(&one), name != "words");
    }

    anstream::println!(
        "\nA network whose last layer has 128 inputs needs as many weights for each output:"
    );
    for (name, outputs) in [("180,000 words", 180_000), ("50,257 pieces, as GPT-2", 50_257)] {
        let millions = 128.0 * f64::from(outputs) / 1e6;
        anstream::println!("{name:24} {millions:4.1} million  {}", bar(millions / 24.0, 40));
    }
    Ok(())
}

/// A text as its tokens, a line between each two; a space is written as an underscore, to be seen.
fn cut(tokenizer: &Tokenizer, text: &str) -> Result<String, Box<dyn Error>> {
    let ids = tokenizer.encode(text)?;
    let tokens: Result<Vec<String>, _> = ids.iter().map(|&id| tokenizer.decode(&[id])).collect();
    Ok(tokens?.join("|").replace(' ', "_"))
}
