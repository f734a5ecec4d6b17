namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>A picture of each kind that is decoded: for hostile changes, and as seeds of the fuzz target.</summary>
internal static class PictureSamples
{
    public static SortedDictionary<string, Func<byte[]>> All { get; } = new(StringComparer.Ordinal)
    {
        ["png-grey"] = () => PictureBytes.RandomPng(new Random(1), 61, 43, 16, 0, interlaced: false),
        ["png-color"] = () => PictureBytes.RandomPng(new Random(2), 40, 50, 8, 6, interlaced: true),
        ["png-palette"] = () => PictureBytes.RandomPng(new Random(3), 70, 33, 4, 3, interlaced: true),
        ["tiff-strips"] = () => PictureBytes.RandomTiff(new Random(11), 50, 40, 8, 3, 2, 5, isTiled: false),
        ["tiff-tiles"] = () => PictureBytes.RandomTiff(new Random(12), 60, 50, 16, 1, 1, 8, isTiled: true),
        ["tiff-inks"] = () => PictureBytes.RandomTiff(new Random(13), 30, 40, 8, 4, 5, 32773, isTiled: false),
        ["gif"] = () => PictureBytes.Gif(new Random(4), 40, 30, 38, 27, interlaced: false),
        ["gif-interlaced"] = () => PictureBytes.Gif(new Random(5), 33, 41, 33, 41, interlaced: true),
        ["bmp-palette"] = () => PictureBytes.Bmp(new Random(6), 37, 21, 4, PictureBytes.RandomBytes(6, 16 * 4), PictureBytes.RandomBytes(7, 20 * 21)),
        ["bmp-color"] = () => PictureBytes.Bmp(new Random(7), 19, 23, 24, [], PictureBytes.RandomBytes(8, 60 * 23)),
        ["bmp-runs"] = () => PictureBytes.Bmp(new Random(8), 40, 8, 8, PictureBytes.RandomBytes(9, 1024), PictureBytes.Runs(new Random(9), 40, 8), compression: 1),
        ["jpeg-halved"] = () => Convert.FromBase64String(JpegHalved),
        ["jpeg-progressive"] = () => Convert.FromBase64String(JpegProgressive),
        ["jpeg-restarts"] = () => Convert.FromBase64String(JpegRestarts),
        ["jpeg-inks"] = () => Convert.FromBase64String(JpegInks),
    };

    private const string JpegHalved =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUX" +
        "Fx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAUABgDASIAAhEBAxEB/8QAGQABAAIDAAAAAAAA" +
        "AAAAAAAAAAEEAgMF/8QAHxAAAgEEAgMAAAAAAAAAAAAAAAECAxESITFBUWGB/8QAGAEAAgMAAAAAAAAAAAAAAAAAAgUBAwT/xAAdEQACAQUBAQAAAAAAAAAAAAAAAQIE" +
        "ERQhMRJB/9oADAMBAAIRAxEAPwDmxq5RSlrwyc4x759FSMm+da6Ri5SteLukasL1pDfMtHpbryu009A0Zp2ugFGgaW0Aqq66V1Jum1rRNBttxfAA8j9EZFRuL+gAsXCT" +
        "/9k=";

    private const string JpegProgressive =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUX" +
        "Fx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAUABgDASEAAhEBAxEB/8QAGAABAAMBAAAAAAAA" +
        "AAAAAAAAAAECAwT/xAAZAQADAAMAAAAAAAAAAAAAAAABAgQAAwX/2gAMAwEAAhADEAAAAeYvRgVziyaxhm3zDZ//xAAZEAACAwEAAAAAAAAAAAAAAAAAARARIEH/2gAI" +
        "AQEAAQUCuHjiGf/EABkRAAIDAQAAAAAAAAAAAAAAAAABAhIhEP/aAAgBAwEBPwG+FxzwUu//xAAZEQADAAMAAAAAAAAAAAAAAAAAAQIQERP/2gAIAQIBAT8BcCgUbOeE" +
        "f//EABQQAQAAAAAAAAAAAAAAAAAAADD/2gAIAQEABj8CH//EABkQAAMBAQEAAAAAAAAAAAAAAAABESFBUf/aAAgBAQABPyFUtKkOJlfClHkwf//aAAwDAQACAAMAAAAQ" +
        "biFB/8QAGREAAwADAAAAAAAAAAAAAAAAAAERITFB/9oACAEDAQE/EF0MCmw+FaK0f//EABYRAQEBAAAAAAAAAAAAAAAAAAEAEf/aAAgBAgEBPxDHS3IFZIA2Gl//xAAc" +
        "EAEAAwACAwAAAAAAAAAAAAABABEhMVFBYYH/2gAIAQEAAT8QpDHTO5z6lyI5EeczwRotWEq1ZBKMyNVXESvs/9k=";

    private const string JpegRestarts =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUX" +
        "Fx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAUABgDAREAAhEBAxEB/8QAGAAAAwEBAAAAAAAA" +
        "AAAAAAAAAQIFAwb/xAAfEAEAAQQDAAMAAAAAAAAAAAABAgADESESMUFRYYH/xAAaAQACAwEBAAAAAAAAAAAAAAAAAwECBAYF/8QAHhEAAgIDAAMBAAAAAAAAAAAAAAEC" +
        "AxEhMQQSURP/3QAEAAP/2gAMAwEAAhEDEQA/AJsbvKIS18NQ6FHZ0MbnjYecY+9/VUlR8LyuSQt+WUR1RCrOmJVuso//0IcZL3rXhXq/mmbo3prorKWMxchTI+OuNC53" +
        "Z4zTmOMlSvFSKwtZ/9HnSS201qum9EmZ84eUGwqsXqmvmQcmtguLF/aIgvp//9k=";

    private const string JpegInks =
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/9sAQwEcHh4o" +
        "IyhOKytOpG5dbqSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk/8AAFAgAFAAYBAEiAAIRAQMRAQQiAP/EABkAAQADAQEAAAAA" +
        "AAAAAAAAAAABAwQFAv/EACUQAAIBAwMCBwAAAAAAAAAAAAABAgMRIQQSQTFREyJhcYGRsf/EABYBAQEBAAAAAAAAAAAAAAAAAAEFBP/EABsRAAIDAAMAAAAAAAAAAAAA" +
        "AAABAgQRITFB/9oADgQBAAIRAxEEAAA/ALlJrNs9iZTx7fJ7dLhO6bxksVCMvLNWbMavNdkhVpt5h16OtcoJSWe5ZU1lOEcu5zo0221dpPGCxaRzVpJ39TPSqLbdZfIL" +
        "Y6TZe0mAldbfAyqyTLamqut8JO3VoEQ0CSd/0GxwSmuoqrG7kAl+l00+HFO3ZmiLum3wATTV/oAABCw8cgA//9k=";
}
